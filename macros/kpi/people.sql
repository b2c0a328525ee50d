{# How many people rows tell of: those they name, and one for each row that names nobody. #}
{% macro people(key) -%}
    count(distinct {{ key }}) + count(case when {{ key }} is null then 1 end)
{%- endmacro %}
