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

-- A trace may hold several spans whose parent never arrived, or none: the earliest is
-- the root.
ranked as (
    select
        spans.*,
        row_number() over (
            partition by spans.trace_id
            order by
                case when parents.span_id is null then 0 else 1 end,
                spans.started_at,
                spans.span_id
        ) as root_rank
    from spans
    left join spans as parents
        on
            spans.trace_id = parents.trace_id
            and spans.parent_span_id = parents.span_id
),

roots as (
    select * from ranked
    where root_rank = 1
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
        roots.agent_id,
        roots.workflow_id,
        roots.team_id,
        roots.work_item_id,
        roots.person_key,
        roots.deployment_environment,
        totals.started_at,
        totals.ended_at,
        totals.spans,
        totals.handed_over_at,
        roots.error_type,
        roots.is_error or roots.error_type is not null as is_failed
    from totals
    inner join roots on totals.trace_id = roots.trace_id
)

select * from runs
