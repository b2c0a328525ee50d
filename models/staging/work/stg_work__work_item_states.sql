{{ config(materialized='view') }}

-- Repeated states are dropped where items are made, among the touched items only.
with source as (
    select * from {{ source('raw', 'work_items') }}
),

renamed as (
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
        _file,
        _row,
        _loaded_at,
        status in ('resolved', 'escalated', 'abandoned', 'failed') as is_closing,
        coalesce(ai_assisted, false) as is_ai_assisted
    from source
)

select * from renamed
