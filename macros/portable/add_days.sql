{# A date or timestamp moved by a number of days, a column or a literal. #}
{% macro add_days(moment, days) %}{{ return(adapter.dispatch('add_days')(moment, days)) }}{% endmacro %}

{% macro default__add_days(moment, days) -%}
    ({{ moment }} + to_days(cast({{ days }} as integer)))
{%- endmacro %}

{% macro spark__add_days(moment, days) -%}
    ({{ moment }} + make_dt_interval(cast({{ days }} as int)))
{%- endmacro %}
