{{ config(
    materialized=heavy_materialization(),
    incremental_strategy='append',
    pre_hook="{{ delete_touched('trace_id', touched_traces()) }}",
    meta={'heavy': true},
) }}

with touched_spans as (
    select * from {{ ref('stg_otel__spans') }}
    {{ only_touched('trace_id', touched_traces()) }}
),

spans as (
    {{ latest_by_key('touched_spans', ['trace_id', 'span_id'], ['ended_at']) }}
),

-- A trace may hold several spans whose parent never arrived: the earliest is the root.
parentless as (
    select
        spans.*,
        row_number() over (
            partition by spans.trace_id order by spans.started_at, spans.span_id
        ) as root_rank
    from spans
    left join spans as parents
        on
            spans.trace_id = parents.trace_id
            and spans.parent_span_id = parents.span_id
    where parents.span_id is null
),

totals as (
    select
        trace_id,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        count(*) as spans,
        min(case when is_handoff then started_at end) as handed_over_at
    from spans
    group by trace_id
),

runs as (
    select
        totals.trace_id,
        parentless.agent_id,
        parentless.workflow_id,
        parentless.team_id,
        parentless.work_item_id,
        parentless.person_key,
        parentless.deployment_environment,
        totals.started_at,
        totals.ended_at,
        totals.spans,
        totals.handed_over_at,
        parentless.error_type,
        totals.handed_over_at is not null as is_handed_over,
        parentless.is_error or parentless.error_type is not null as is_failed
    from totals
    inner join parentless
        on totals.trace_id = parentless.trace_id and parentless.root_rank = 1
)

select * from runs
