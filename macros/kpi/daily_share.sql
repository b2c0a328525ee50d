{#
    One day's part of an amount that covers its days evenly; what rounding to nine places leaves
    over falls on the last one. The widths are those in which both engines subtract and multiply
    without rounding.
#}
{% macro daily_share(amount, days, day, last_day) -%}
    {%- set share -%}
        cast(round(cast({{ amount }} as double) / {{ days }}, 9) as decimal(21, 9))
    {%- endset -%}
    case
        when {{ day }} = {{ last_day }}
            then
                cast({{ amount }} as decimal(30, 18)) - cast(
                    {{ share }} * cast({{ days }} - 1 as decimal(5, 0)) as decimal(30, 18)
                )
        else cast({{ share }} as decimal(30, 18))
    end
{%- endmacro %}
