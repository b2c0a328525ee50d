{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('opened_date'),
    pre_hook="{{ delete_touched('work_item_id', touched_work_items()) }}",
    meta={'heavy': true},
) }}

with touched_states as (
    select * from {{ ref('int_work_item_states') }}
    {{ only_touched('work_item_id', touched_work_items()) }}
),

items as (
    {{ work_items_of('touched_states') }}
)

select * from items
