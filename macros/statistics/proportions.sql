{# The z statistic of two shares' difference, with the pooled share's variance; null over zero. #}
{% macro two_proportion_z(successes, trials, other_successes, other_trials) -%}
    {%- set pooled = '(cast(' ~ successes ~ ' + ' ~ other_successes ~ ' as double) / nullif('
        ~ trials ~ ' + ' ~ other_trials ~ ', 0))' -%}
    (
        (
            {{ ratio(successes, trials) }}
            - {{ ratio(other_successes, other_trials) }}
        ) / nullif(sqrt(
            {{ pooled }} * (1 - {{ pooled }})
            * (
                1 / nullif(cast({{ trials }} as double), 0)
                + 1 / nullif(cast({{ other_trials }} as double), 0)
            )
        ), 0)
    )
{%- endmacro %}

{#
    How likely at least so uneven a split of units is if each went to treatment with the planned
    share: Pearson's chi-square with one degree of freedom, without a continuity correction. Null
    without units, and where the plan leaves an arm empty.
#}
{% macro sample_ratio_p_value(control, treatment, treatment_share) -%}
    {%- set units = '(cast(' ~ control ~ ' + ' ~ treatment ~ ' as double))' -%}
    {%- set expected = '(' ~ units ~ ' * ' ~ treatment_share ~ ')' -%}
    {%- set variance = '(' ~ expected ~ ' * (1 - ' ~ treatment_share ~ '))' -%}
    case
        when {{ variance }} > 0
            then {{ normal_p_value(
                '((' ~ treatment ~ ' - ' ~ expected ~ ') / sqrt(' ~ variance ~ '))'
            ) }}
    end
{%- endmacro %}
