with source as (
    select * from {{ source('raw', 'anthropic_usage') }}
),

latest as (
    {{ latest_by_key('source', [
        'started_at',
        'workspace_id',
        'api_key_id',
        'model',
        'service_tier',
        'context_window',
    ]) }}
),

renamed as (
    select
        started_at,
        output_tokens,
        cast(started_at as date) as usage_date,
        coalesce(workspace_id, '') as workspace_id,
        coalesce(api_key_id, '') as api_key_id,
        coalesce(model, 'unknown') as model,
        coalesce(service_tier, '') as service_tier,
        coalesce(context_window, '') as context_window,
        uncached_input_tokens
        + coalesce(cache_creation_1h_tokens, 0)
        + coalesce(cache_creation_5m_tokens, 0)
        + coalesce(cache_read_input_tokens, 0) as input_tokens,
        coalesce(cache_read_input_tokens, 0) as cached_input_tokens
    from latest
)

select * from renamed
