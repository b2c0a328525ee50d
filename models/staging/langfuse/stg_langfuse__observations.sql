{{ config(materialized='view') }}

with source as (
    select * from {{ source('raw', 'langfuse') }}
    where type is not null and data_type is null
),

renamed as (
    select
        told_at as started_at,
        model,
        _file,
        _row,
        _loaded_at,
        lower(trace_id) as trace_id,
        lower(id) as span_id,
        lower(parent_observation_id) as parent_span_id,
        coalesce(ended_at, told_at) as ended_at,
        case type
            when 'GENERATION' then 'chat'
            when 'EMBEDDING' then 'embeddings'
            when 'TOOL' then 'execute_tool'
            when 'AGENT' then 'invoke_agent'
        end as operation_name,
        coalesce(input_tokens, 0)
        + coalesce(cached_input_tokens, 0)
        + coalesce(cache_creation_tokens, 0) as input_tokens,
        coalesce(output_tokens, 0) as output_tokens,
        coalesce(cached_input_tokens, 0) as cached_input_tokens,
        coalesce(level = 'ERROR', false) as is_error,
        coalesce(is_handoff, false) as is_handoff
    from source
)

select * from renamed
