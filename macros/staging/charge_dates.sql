{# The first day of a charge's period. #}
{% macro charge_first_date(charge) -%}
    cast({{ charge }}.charge_period_start as date)
{%- endmacro %}

{# The last day of a charge's period: its end is exclusive, and an hour's charge has one day. #}
{% macro charge_last_date(charge) -%}
    greatest(
        cast({{ charge }}.charge_period_start as date),
        cast({{ add_days('cast(' ~ charge ~ '.charge_period_end as date)', -1) }} as date)
    )
{%- endmacro %}
