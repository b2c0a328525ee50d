{# The texts of a group in their order, with commas between; empty where there are none. #}
{% macro text_list(expression) %}{{ return(adapter.dispatch('text_list')(expression)) }}{% endmacro %}

{% macro default__text_list(expression) -%}
    coalesce(string_agg({{ expression }}, ', ' order by {{ expression }}), '')
{%- endmacro %}

{% macro spark__text_list(expression) -%}
    array_join(array_sort(collect_list({{ expression }})), ', ')
{%- endmacro %}
