{{ config(materialized='view') }}

{% set of_roots = [
    'agent_id', 'workflow_id', 'team_id', 'work_item_id', 'person_key',
    'deployment_environment',
] %}
{% set of_calls = [
    'parent_span_id', 'operation_name', 'model', 'input_tokens', 'output_tokens',
    'cached_input_tokens',
] %}
{% set of_all = ['trace_id', 'started_at', '_file', '_row', '_loaded_at'] %}

with otel as (
    select * from {{ ref('stg_otel__spans') }}
),

observations as (
    select * from {{ ref('stg_langfuse__observations') }}
),

traces as (
    select * from {{ ref('stg_langfuse__traces') }}
),

langfuse as (
    select
        false as is_trace,
        span_id,
        ended_at,
        is_error,
        is_handoff,
        null as error_type,
        null as model_provider,
        {{ of_all | join(',\n        ') }},
        null as {{ of_roots | join(',\n        null as ') }},
        {{ of_calls | join(',\n        ') }}
    from observations
    union all
    select
        true as is_trace,
        '' as span_id,
        started_at as ended_at,
        false as is_error,
        false as is_handoff,
        null as error_type,
        null as model_provider,
        {{ (of_all + of_roots) | join(',\n        ') }},
        null as {{ of_calls | join(',\n        null as ') }}
    from traces
),

-- A trace that both tell counts as OpenTelemetry tells it.
told as (
    select
        false as is_trace,
        span_id,
        ended_at,
        is_error,
        is_handoff,
        error_type,
        model_provider,
        {{ (of_all + of_roots + of_calls) | join(',\n        ') }}
    from otel
    union all
    select * from langfuse
    where not exists (
        select 1 from otel
        where otel.trace_id = langfuse.trace_id
    )
)

select * from told
