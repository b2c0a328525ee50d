{# The Monday of a day's week. #}
{% macro week_start(day) -%}
    cast(date_trunc('week', {{ day }}) as date)
{%- endmacro %}

{# The last day of the week that starts on a Monday. #}
{% macro week_end(week_start) -%}
    cast({{ add_days(week_start, 6) }} as date)
{%- endmacro %}

{# The first day of a day's month. #}
{% macro month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{# The last day of the month that starts on a first. #}
{% macro month_end(month_start) -%}
    cast({{ add_days(add_months(month_start, 1), -1) }} as date)
{%- endmacro %}

{# The first day of a day's quarter. #}
{% macro quarter_start(day) -%}
    cast(date_trunc('quarter', {{ day }}) as date)
{%- endmacro %}

{# Whole months from one first of a month to another, as bigint. #}
{% macro months_between(first_month, last_month) -%}
    cast(
        12 * (extract(year from {{ last_month }}) - extract(year from {{ first_month }}))
        + extract(month from {{ last_month }}) - extract(month from {{ first_month }})
        as bigint
    )
{%- endmacro %}

{# The Monday of the last week that is over on the as-of date. #}
{% macro last_complete_week() -%}
    {{ week_start(add_days(as_of_date(), -6)) }}
{%- endmacro %}

{# The first day of the last month that is over on the as-of date. #}
{% macro last_complete_month() -%}
    cast({{ add_months(month_start(add_days(as_of_date(), 1)), -1) }} as date)
{%- endmacro %}
