with hours as (
    select * from {{ ref('int_hours_costed') }}
    where is_oversight
),

items as (
    select
        *,
        {{ week_start('closed_date') }} as week_start
    from {{ ref('int_work_items_judged') }}
    where is_closed
),

closed_by_week as (
    select
        workflow_id,
        week_start,
        count(*) as closed
    from items
    group by workflow_id, week_start
),

attempted_by_week as (
    select
        workflow_id,
        week_start,
        agent_id,
        count(*) as attempted
    from items
    where is_attempted
    group by workflow_id, week_start, agent_id
),

pools as (
    select
        workflow_id,
        week_start,
        work_date,
        {{ strict_sum('hours') }} as hours,
        {{ strict_sum('labor_cost_usd') }} as labor_cost_usd
    from hours
    where is_pooled
    group by workflow_id, week_start, work_date
),

-- A pool is shared by agents and people alike; people's share is no agent's oversight.
assigned as (
    select
        oversight_agent_id as agent_id,
        work_date,
        cast(hours as decimal(28, 12)) as hours,
        cast(labor_cost_usd as decimal(28, 12)) as labor_cost_usd
    from hours
    where oversight_agent_id is not null
    union all
    select
        attempted_by_week.agent_id,
        pools.work_date,
        cast(
            cast(pools.hours as double)
            * {{ ratio('attempted_by_week.attempted', 'closed_by_week.closed') }}
            as decimal(28, 12)
        ) as hours,
        cast(
            cast(pools.labor_cost_usd as double)
            * {{ ratio('attempted_by_week.attempted', 'closed_by_week.closed') }}
            as decimal(28, 12)
        ) as labor_cost_usd
    from pools
    inner join closed_by_week
        on
            pools.workflow_id = closed_by_week.workflow_id
            and pools.week_start = closed_by_week.week_start
    inner join attempted_by_week
        on
            pools.workflow_id = attempted_by_week.workflow_id
            and pools.week_start = attempted_by_week.week_start
),

daily as (
    select
        agent_id,
        work_date,
        {{ strict_sum('hours') }} as oversight_hours,
        {{ strict_sum('labor_cost_usd') }} as oversight_cost_usd
    from assigned
    group by agent_id, work_date
)

select * from daily
