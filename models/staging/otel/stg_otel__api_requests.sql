with source as (
    select * from {{ source('raw', 'otlp_logs') }}
    where
        person_key is not null
        and (
            event_name = 'claude_code.api_request'
            or (event_name = 'api_request' and service_name = 'claude-code')
        )
),

latest as (
    {{ latest_by_key('source', [
        'occurred_at',
        'person_key',
        'session_id',
        'model',
        'event_sequence',
    ]) }}
),

renamed as (
    select
        occurred_at as requested_at,
        person_key,
        cost_usd,
        duration_ms,
        cast(occurred_at as date) as request_date,
        coalesce(model, 'unknown') as model,
        coalesce(session_id, '') as session_id,
        coalesce(event_sequence, 0) as event_sequence,
        coalesce(input_tokens, 0)
        + coalesce(cache_read_tokens, 0)
        + coalesce(cache_creation_tokens, 0) as input_tokens,
        coalesce(cache_read_tokens, 0) as cached_input_tokens,
        coalesce(output_tokens, 0) as output_tokens
    from latest
)

select * from renamed
