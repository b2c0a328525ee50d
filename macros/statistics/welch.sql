{#
    The standard error of the difference of two means, and its degrees of freedom by Welch, B. L.
    (1947), The generalization of Student's problem when several different population variances
    are involved, Biometrika 34, 28-35. Variances are those of samples (over n - 1).
#}
{% macro welch_std_error(variance, n, other_variance, other_n) -%}
    sqrt({{ variance }} / nullif({{ n }}, 0) + {{ other_variance }} / nullif({{ other_n }}, 0))
{%- endmacro %}

{# Null where both variances are zero: there is nothing to estimate. #}
{% macro welch_degrees_of_freedom(variance, n, other_variance, other_n) -%}
    {%- set part = '(' ~ variance ~ ' / nullif(' ~ n ~ ', 0))' -%}
    {%- set other_part = '(' ~ other_variance ~ ' / nullif(' ~ other_n ~ ', 0))' -%}
    (
        power({{ part }} + {{ other_part }}, 2) / nullif(
            power({{ part }}, 2) / nullif({{ n }} - 1, 0)
            + power({{ other_part }}, 2) / nullif({{ other_n }} - 1, 0),
            0
        )
    )
{%- endmacro %}
