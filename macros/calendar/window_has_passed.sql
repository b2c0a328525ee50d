{# Whether the as-of date has reached a day plus a number of days; null where either is. #}
{% macro window_has_passed(day, days) -%}
    cast({{ add_days(day, days) }} as date) <= {{ as_of_date() }}
{%- endmacro %}
