{#
    What an amount is worth months before it flows, at an annual rate compounded by the month:
    amount (1 + r)^(-months / 12). Its sum over flows is the net present value with the first flow
    undiscounted, as numpy-financial's npv has it at the monthly rate (1 + r)^(1/12) - 1.
#}
{% macro present_value(amount, annual_rate, months) -%}
    cast({{ amount }} as double)
    * power(1 + cast({{ annual_rate }} as double), -cast({{ months }} as double) / 12)
{%- endmacro %}
