with source as (
    select * from {{ source('raw', 'feature_usage') }}
),

latest as (
    {{ latest_by_key('source', ['usage_date', 'worker_key', 'feature_id']) }}
),

renamed as (
    select
        usage_date,
        worker_key,
        feature_id,
        sessions,
        suggestions_shown,
        suggestions_accepted,
        input_tokens,
        output_tokens,
        coalesce(sessions, 1) > 0 as has_sessions
    from latest
)

select * from renamed
