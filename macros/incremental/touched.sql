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

{# The work items of which a state came or went. #}
{% macro touched_work_items() -%}
    select changed.work_item_id from {{ source('raw', 'work_items__changed') }} as changed
{%- endmacro %}

{# The days of charges that came or went. #}
{% macro touched_charge_dates() -%}
    select
        {{ each_day(
            charge_first_date('changed'), charge_last_date('changed')
        ) }} as charge_date
    from {{ source('raw', 'focus__changed') }} as changed
{%- endmacro %}

{# The days of predictions that came or went. #}
{% macro touched_prediction_dates() -%}
    select touched.predicted_date from {{ ref('int_predictions_touched') }} as touched
{%- endmacro %}

{# The predictions with a row on those days, of which another row may be the one that counts. #}
{% macro touched_predictions() -%}
    select received.prediction_id
    from {{ ref('stg_operations__predictions') }} as received
    where received.predicted_date in ({{ touched_prediction_dates() }})
{%- endmacro %}

{# The weeks of each model of which a prediction came or went. #}
{% macro touched_model_weeks() -%}
    select
        touched.model_id,
        {{ week_start('touched.predicted_date') }} as week_start
    from {{ ref('int_predictions_touched') }} as touched
{%- endmacro %}

{# The models of which a prediction in their reference window came or went. #}
{% macro touched_reference_models() -%}
    select windows.model_id
    from {{ ref('int_reference_windows') }} as windows
    inner join {{ ref('int_predictions_touched') }} as touched
        on
            windows.model_id = touched.model_id
            and touched.predicted_date
            between windows.reference_start and windows.reference_end
{%- endmacro %}

{# The reference windows that hold now. #}
{% macro current_reference_windows() -%}
    select windows.model_id, windows.reference_start, windows.reference_end
    from {{ ref('int_reference_windows') }} as windows
{%- endmacro %}

{# Restricts what a heavy model makes to the touched keys. #}
{% macro only_touched(key, touched) -%}
    {% if is_incremental() -%}
    where {{ key }} in ({{ touched }})
    {%- endif %}
{%- endmacro %}

{# Deletes a heavy model's rows of the touched keys, before they are made again. #}
{% macro delete_touched(key, touched) -%}
    {% if is_incremental() -%}
    {{ delete_rows(key ~ ' in (' ~ touched ~ ')') }}
    {%- endif %}
{%- endmacro %}

{# Deletes a heavy model's rows of keys that hold no more. #}
{% macro delete_outdated(key, current) -%}
    {% if is_incremental() -%}
    {{ delete_rows(key ~ ' not in (' ~ current ~ ')') }}
    {%- endif %}
{%- endmacro %}

{# Restricts what a heavy model makes to the keys it has no rows of. #}
{% macro only_missing(key) -%}
    {% if is_incremental() -%}
    where {{ key }} not in (select {{ key | replace('(', '') | replace(')', '') }} from {{ this }})
    {%- endif %}
{%- endmacro %}
