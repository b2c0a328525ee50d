with runs as (
    select
        *,
        coalesce(cast(handed_over_at as date) <= {{ as_of_date() }}, false)
            as is_handed_over
    from {{ ref('int_agent_runs') }}
    where cast(started_at as date) <= {{ as_of_date() }}
),

items as (
    select * from {{ ref('int_work_items_closed') }}
),

agents as (
    select * from {{ ref('agents') }}
),

-- The run names its workflow; where it does not, its item or its agent does.
placed as (
    select
        runs.trace_id,
        runs.team_id,
        runs.work_item_id,
        runs.person_key,
        runs.deployment_environment,
        runs.started_at,
        runs.ended_at,
        runs.spans,
        runs.is_failed,
        runs.is_handed_over,
        runs.error_type,
        coalesce(runs.agent_id, 'unknown') as agent_id,
        coalesce(
            runs.workflow_id, items.workflow_id, agents.workflow_id, 'unknown'
        ) as workflow_id,
        cast(runs.started_at as date) as run_date,
        cast(
            cast(
                {{ microseconds_between('runs.started_at', 'runs.ended_at') }} as double
            ) / 3600000000 as decimal(28, 12)
        ) as run_hours,
        runs.is_failed and runs.is_handed_over and (
            items.closed_at is null or runs.ended_at <= items.closed_at
        ) as is_contained
    from runs
    left join items on runs.work_item_id = items.work_item_id
    left join agents on runs.agent_id = agents.agent_id
)

select * from placed
