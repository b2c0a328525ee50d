with source as (
    select * from {{ source('raw', 'incidents') }}
),

latest as (
    {{ latest_by_key('source', ['incident_id'], ['detected_at', 'resolved_at']) }}
),

renamed as (
    select
        incident_id,
        model_id,
        agent_id,
        severity,
        started_at,
        detected_at,
        acknowledged_at,
        resolved_at,
        cause,
        cost_usd,
        cast(detected_at as date) as detected_date,
        coalesce(started_at, detected_at) as down_from
    from latest
)

select * from renamed
