{# A measure of a row that is not suppressed; null where it is. #}
{% macro shown(measure) -%}
    case when not is_suppressed then {{ measure }} end
{%- endmacro %}
