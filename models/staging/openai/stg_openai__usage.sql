with source as (
    select * from {{ source('raw', 'openai_usage') }}
),

latest as (
    {{ latest_by_key('source', [
        'started_at',
        'project_id',
        'user_key',
        'api_key_id',
        'model',
        'batch',
        'service_tier',
    ]) }}
),

renamed as (
    select
        started_at,
        output_tokens,
        input_tokens,
        num_model_requests as model_calls,
        cast(started_at as date) as usage_date,
        coalesce(project_id, '') as project_id,
        coalesce(user_key, '') as user_key,
        coalesce(api_key_id, '') as api_key_id,
        coalesce(model, 'unknown') as model,
        coalesce(batch, false) as is_batch,
        coalesce(service_tier, '') as service_tier,
        coalesce(input_cached_tokens, 0) as cached_input_tokens
    from latest
)

select * from renamed
