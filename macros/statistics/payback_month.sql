{#
    Months until a running total first reaches zero, with the month's flow spread evenly over it:
    for a month that crosses zero its own number and the part of it that was needed, else null.
    The least of them is the payback period.
#}
{% macro payback_month(month_number, net, cumulative) -%}
    case
        when {{ cumulative }} < 0 then null
        when {{ month_number }} = 0 then cast(0 as double)
        when {{ cumulative }} - {{ net }} < 0
            then {{ month_number }} + {{ ratio(net ~ ' - ' ~ cumulative, net) }}
    end
{%- endmacro %}
