{#
    One bin's part of the population stability index: (share - reference) * ln(share / reference),
    where a share of 0 counts as 0.0001.
#}
{% macro psi_term(share, reference_share) -%}
    {%- set actual = '(case when ' ~ share ~ ' = 0 then cast(0.0001 as double) else cast('
        ~ share ~ ' as double) end)' -%}
    {%- set expected = '(case when ' ~ reference_share
        ~ ' = 0 then cast(0.0001 as double) else cast(' ~ reference_share
        ~ ' as double) end)' -%}
    ({{ actual }} - {{ expected }}) * ln({{ actual }} / {{ expected }})
{%- endmacro %}

{#
    The largest distance between two samples' distributions that chance explains in 95 % of cases:
    the asymptotic two-sample Kolmogorov-Smirnov limit. Null without values on a side.
#}
{% macro ks_critical(count, reference_count) -%}
    1.358 * sqrt(
        (cast({{ count }} as double) + cast({{ reference_count }} as double))
        / nullif(cast({{ count }} as double) * cast({{ reference_count }} as double), 0)
    )
{%- endmacro %}
