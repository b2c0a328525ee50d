with source as (
    select * from {{ source('raw', 'business_events') }}
),

latest as (
    {{ latest_by_key('source', ['event_id'], ['event_date']) }}
),

renamed as (
    select
        event_id,
        event_date,
        kind,
        title,
        workflow_id,
        agent_id,
        model_id
    from latest
)

select * from renamed
