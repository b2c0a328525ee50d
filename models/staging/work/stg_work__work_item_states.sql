with source as (
    select * from {{ source('raw', 'work_items') }}
),

latest as (
    {{ latest_by_key('source', ['work_item_id', 'updated_at']) }}
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
        status in ('resolved', 'escalated', 'abandoned', 'failed') as is_closing,
        coalesce(ai_assisted, false) as is_ai_assisted
    from latest
)

select * from renamed
