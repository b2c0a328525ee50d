{# A measure of a row that is not hidden; null where it is. #}
{% macro shown(measure, hidden='is_suppressed') -%}
    case when not {{ hidden }} then {{ measure }} end
{%- endmacro %}
