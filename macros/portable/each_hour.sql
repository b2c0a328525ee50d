{# One row for each hour from the first to the last, both included; to be used in a select list. #}
{% macro each_hour(first_hour, last_hour) %}{{ return(adapter.dispatch('each_hour')(first_hour, last_hour)) }}{% endmacro %}

{% macro default__each_hour(first_hour, last_hour) -%}
    unnest(generate_series({{ first_hour }}, {{ last_hour }}, interval 1 hour))
{%- endmacro %}

{% macro spark__each_hour(first_hour, last_hour) -%}
    explode(sequence({{ first_hour }}, {{ last_hour }}, interval 1 hour))
{%- endmacro %}
