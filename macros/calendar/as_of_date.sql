{# The last day whose data counts, as a scalar. #}
{% macro as_of_date() -%}
    (select as_of.as_of_date from {{ ref('stg_outturn__as_of_date') }} as as_of)
{%- endmacro %}
