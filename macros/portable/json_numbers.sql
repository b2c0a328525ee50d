{#
    One row for each number of a JSON object of numbers held as a string, a struct of its key and
    its value as a double; to be used in a select list.
#}
{% macro json_numbers(object) %}{{ return(adapter.dispatch('json_numbers')(object)) }}{% endmacro %}

{% macro default__json_numbers(object) -%}
    unnest(map_entries(cast(cast({{ object }} as json) as map(varchar, double))))
{%- endmacro %}

{% macro spark__json_numbers(object) -%}
    explode(map_entries(from_json({{ object }}, 'map<string, double>')))
{%- endmacro %}
