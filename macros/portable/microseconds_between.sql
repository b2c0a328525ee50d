{# Microseconds from one timestamp to another, as bigint. #}
{% macro microseconds_between(started_at, ended_at) %}{{ return(adapter.dispatch('microseconds_between')(started_at, ended_at)) }}{% endmacro %}

{% macro default__microseconds_between(started_at, ended_at) -%}
    (epoch_us({{ ended_at }}) - epoch_us({{ started_at }}))
{%- endmacro %}

{% macro spark__microseconds_between(started_at, ended_at) -%}
    (unix_micros({{ ended_at }}) - unix_micros({{ started_at }}))
{%- endmacro %}
