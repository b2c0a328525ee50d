{# The text under a key of a JSON object held as a string; null where there is none. #}
{% macro json_text(object, key) %}{{ return(adapter.dispatch('json_text')(object, key)) }}{% endmacro %}

{% macro default__json_text(object, key) -%}
    json_extract_string({{ object }}, '$."{{ key }}"')
{%- endmacro %}

{% macro spark__json_text(object, key) -%}
    get_json_object({{ object }}, '$.{{ key }}')
{%- endmacro %}
