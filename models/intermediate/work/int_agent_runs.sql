{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('run_date'),
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
    where not spans.is_trace
),

roots as (
    select * from ranked
    where root_rank = 1
),

traces as (
    select * from spans
    where is_trace
),

totals as (
    select
        trace_id,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        count(case when not is_trace then 1 end) as spans,
        min(case when is_handoff then started_at end) as handed_over_at
    from spans
    group by trace_id
),

runs as (
    select
        totals.trace_id,
        totals.started_at,
        totals.ended_at,
        totals.spans,
        totals.handed_over_at,
        cast(totals.started_at as date) as run_date,
        roots.error_type,
        coalesce(traces.agent_id, roots.agent_id) as agent_id,
        coalesce(traces.workflow_id, roots.workflow_id) as workflow_id,
        coalesce(traces.team_id, roots.team_id) as team_id,
        coalesce(traces.work_item_id, roots.work_item_id) as work_item_id,
        coalesce(traces.person_key, roots.person_key) as person_key,
        coalesce(traces.deployment_environment, roots.deployment_environment)
            as deployment_environment,
        coalesce(roots.is_error, false) or roots.error_type is not null as is_failed
    from totals
    left join roots on totals.trace_id = roots.trace_id
    left join traces on totals.trace_id = traces.trace_id
)

select * from runs
