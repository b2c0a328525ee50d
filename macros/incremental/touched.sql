{#
    Heavy models are kept by key: the keys of rows added or removed since the warehouse last
    completed are deleted and made again from all their source rows. The views of changed rows
    come from ingestion; on a first or full build everything is made.
#}

{# The traces of which a span, an observation or what is said of them came or went. #}
{% macro touched_traces() -%}
    select changed.trace_id from {{ source('raw', 'otlp_traces__changed') }} as changed
    union all
    select lower(changed.trace_id) from {{ source('raw', 'langfuse__changed') }} as changed
{%- endmacro %}

{# The days of charges that came or went. #}
{% macro touched_charge_dates() -%}
    select
        {{ each_day(
            charge_first_date('changed'), charge_last_date('changed')
        ) }} as charge_date
    from {{ source('raw', 'focus__changed') }} as changed
{%- endmacro %}

{# Restricts what a heavy model makes to the touched keys. #}
{% macro only_touched(key, touched) -%}
    {% if is_incremental() -%}
    where {{ key }} in ({{ touched }})
    {%- endif %}
{%- endmacro %}

{# Deletes a heavy model's rows of the touched keys, in the transaction that makes them again. #}
{% macro delete_touched(key, touched) -%}
    {% if is_incremental() -%}
    delete from {{ this }} where {{ key }} in ({{ touched }})
    {%- endif %}
{%- endmacro %}
