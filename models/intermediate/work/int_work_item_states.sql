{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('updated_date'),
    pre_hook="{{ delete_touched('work_item_id', touched_work_items()) }}",
    meta={'heavy': true},
) }}

with received as (
    select * from {{ ref('stg_work__work_item_states') }}
    {{ only_touched('work_item_id', touched_work_items()) }}
),

latest as (
    {{ latest_by_key('received', ['work_item_id', 'updated_at']) }}
),

states as (
    select
        work_item_id,
        workflow_id,
        team_id,
        opened_at,
        first_closed_at,
        resolved_at,
        updated_at,
        status,
        handled_by,
        agent_id,
        worker_key,
        reopened_at,
        caused_by_work_item_id,
        business_value_usd,
        is_closing,
        is_ai_assisted,
        cast(updated_at as date) as updated_date
    from latest
)

select * from states
