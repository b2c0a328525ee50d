{# The quantile of the standard normal distribution at 0.975, for two-sided 95 % intervals. #}
{% macro z_95() -%}
    cast(1.959963984540054 as double)
{%- endmacro %}
