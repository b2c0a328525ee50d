{# The value below which a share of a group's values lies, interpolated between neighbours. #}
{% macro percentile(value, share) -%}
    percentile_cont({{ share }}) within group (order by cast({{ value }} as double))
{%- endmacro %}
