{# Whether a JSON object held as a string has the key that a column names. #}
{% macro json_has_key(object, key) %}{{ return(adapter.dispatch('json_has_key')(object, key)) }}{% endmacro %}

{% macro default__json_has_key(object, key) -%}
    list_contains(json_keys(coalesce({{ object }}, '{}')), {{ key }})
{%- endmacro %}

{% macro spark__json_has_key(object, key) -%}
    array_contains(json_object_keys(coalesce({{ object }}, '{}')), {{ key }})
{%- endmacro %}
