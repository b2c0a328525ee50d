with items as (
    select * from {{ ref('int_work_items_closed') }}
),

runs as (
    select * from {{ ref('int_agent_runs_placed') }}
    where work_item_id is not null
),

workflows as (
    select * from {{ ref('workflows') }}
),

runs_by_item as (
    select
        work_item_id,
        max(case when is_handed_over then 1 else 0 end) = 1 as is_handed_over
    from runs
    group by work_item_id
),

last_runs as (
    select
        work_item_id,
        agent_id,
        row_number() over (
            partition by work_item_id order by started_at desc, trace_id desc
        ) as recency_rank
    from runs
),

rework as (
    select
        caused_by_work_item_id as work_item_id,
        min(opened_at) as first_rework_opened_at
    from items
    where caused_by_work_item_id is not null
    group by caused_by_work_item_id
),

attempted as (
    select
        items.*,
        last_runs.agent_id as last_run_agent_id,
        rework.first_rework_opened_at,
        workflows.sla_minutes,
        {{ add_days('items.closed_at', 'workflows.rework_window_days') }}
            as window_ends_at,
        items.is_closed and (
            items.handled_by in ('agent', 'hybrid')
            or runs_by_item.work_item_id is not null
        ) as is_attempted,
        items.is_closed and items.closing_status = 'resolved'
        and items.handled_by = 'agent'
        and not coalesce(runs_by_item.is_handed_over, false) as is_completed,
        items.is_closed and items.closing_status = 'resolved'
        and items.handled_by in ('human', 'hybrid') as is_human_output,
        coalesce(
            {{ window_has_passed(
                'items.closed_date', 'workflows.rework_window_days'
            ) }},
            false
        ) as is_settled,
        cast({{ microseconds_between('items.opened_at', 'items.closed_at') }} as double)
        / 60000000 as latency_minutes
    from items
    left join runs_by_item on items.work_item_id = runs_by_item.work_item_id
    left join last_runs
        on items.work_item_id = last_runs.work_item_id and last_runs.recency_rank = 1
    left join rework on items.work_item_id = rework.work_item_id
    left join workflows on items.workflow_id = workflows.workflow_id
),

-- Work that came back within the window, reopened or as another item, was not done.
judged as (
    select
        *,
        case
            when is_attempted
                then coalesce(closing_agent_id, last_run_agent_id, 'unknown')
            when not is_closed then last_run_agent_id
        end as agent_id,
        is_settled
        and not coalesce(reopened_at <= window_ends_at, false)
        and not coalesce(first_rework_opened_at <= window_ends_at, false) as has_held
    from attempted
),

concluded as (
    select
        *,
        is_completed and has_held as is_successful,
        is_human_output and has_held as is_successful_human
    from judged
)

select * from concluded
