{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('usage_date'),
    pre_hook="{{ delete_touched('trace_id', touched_traces()) }}",
    meta={'heavy': true},
) }}

with touched_spans as (
    select * from {{ ref('int_spans_unioned') }}
    {{ only_touched('trace_id', touched_traces()) }}
),

spans as (
    {{ latest_by_key('touched_spans', ['trace_id', 'span_id'], ['ended_at']) }}
),

-- Agent spans may repeat the total of the model calls below them: only the calls count.
usage as (
    select
        trace_id,
        cast(started_at as date) as usage_date,
        cast(coalesce(sum(input_tokens), 0) as bigint) as input_tokens,
        cast(coalesce(sum(output_tokens), 0) as bigint) as output_tokens,
        cast(coalesce(sum(cached_input_tokens), 0) as bigint) as cached_input_tokens,
        coalesce(model, 'unknown') as model,
        coalesce(model_provider, 'unknown') as model_provider,
        count(*) as model_calls
    from spans
    where
        operation_name in (
            'chat', 'text_completion', 'generate_content', 'embeddings'
        )
    group by
        trace_id,
        cast(started_at as date),
        coalesce(model, 'unknown'),
        coalesce(model_provider, 'unknown')
)

select * from usage
