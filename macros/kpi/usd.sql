{# Money as it is published: rounded once, here. #}
{% macro usd(amount) -%}
    cast({{ amount }} as decimal(18, 6))
{%- endmacro %}
