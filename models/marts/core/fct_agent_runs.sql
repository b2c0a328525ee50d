with runs as (
    select
        *,
        {{ quarter_start('started_at') }} as quarter_start
    from {{ ref('int_agent_runs_placed') }}
),

usage as (
    select
        trace_id,
        cast(sum(model_calls) as bigint) as model_calls,
        cast(sum(input_tokens) as bigint) as input_tokens,
        cast(sum(output_tokens) as bigint) as output_tokens,
        cast(sum(cached_input_tokens) as bigint) as cached_input_tokens
    from {{ ref('int_run_model_usage') }}
    where usage_date <= {{ as_of_date() }}
    group by trace_id
),

team_quarters as (
    select * from {{ ref('int_team_quarters_suppressed') }}
),

facts as (
    select
        runs.trace_id,
        runs.agent_id,
        runs.workflow_id,
        runs.work_item_id,
        runs.deployment_environment,
        runs.started_at,
        runs.ended_at,
        runs.spans,
        runs.error_type,
        runs.is_failed,
        runs.is_handed_over,
        runs.is_contained,
        case when not team_quarters.is_suppressed then runs.team_id end as team_id,
        coalesce(usage.model_calls, 0) as model_calls,
        coalesce(usage.input_tokens, 0) as input_tokens,
        coalesce(usage.output_tokens, 0) as output_tokens,
        coalesce(usage.cached_input_tokens, 0) as cached_input_tokens
    from runs
    left join usage on runs.trace_id = usage.trace_id
    left join team_quarters
        on
            runs.team_id = team_quarters.team_id
            and runs.quarter_start = team_quarters.quarter_start
)

select * from facts
