{{ config(materialized='view') }}

-- Repeated spans are dropped where runs are made, among the touched traces only:
-- ranking all spans ever received would make a night cost what all nights brought.
with source as (
    select * from {{ source('raw', 'otlp_traces') }}
),

renamed as (
    select
        trace_id,
        span_id,
        parent_span_id,
        name as span_name,
        started_at,
        ended_at,
        operation_name,
        agent_id,
        agent_version,
        conversation_id,
        provider_name as model_provider,
        input_tokens,
        output_tokens,
        cached_input_tokens,
        tool_name,
        error_type,
        service_name,
        deployment_environment,
        work_item_id,
        workflow_id,
        team_id,
        person_key,
        _file,
        _file_sha256,
        _row,
        _loaded_at,
        coalesce(status_code = 'ERROR', false) as is_error,
        coalesce(response_model, request_model) as model,
        coalesce(is_handoff, false) as is_handoff
    from source
)

select * from renamed
