with hours as (
    select * from {{ ref('int_hours_costed') }}
    where oversight_agent_id is null
),

items as (
    select * from {{ ref('int_work_items_judged') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

causes as (
    select * from items
    where is_attempted
),

-- Rework falls on who caused it, in whichever workflow it was done.
spent as (
    select
        causes.workflow_id,
        causes.agent_id,
        rework.workflow_id as affected_workflow_id,
        hours.work_date as rework_date,
        hours.hours as rework_hours,
        hours.labor_cost_usd as rework_cost_usd,
        cast(0 as bigint) as causing_items,
        cast(0 as decimal(28, 12)) as baseline_hours,
        cast(0 as decimal(28, 12)) as baseline_cost_usd
    from hours
    inner join items as rework on hours.work_item_id = rework.work_item_id
    inner join causes on rework.caused_by_work_item_id = causes.work_item_id
),

-- Doing an item once is what it would have cost anyway: that is no cost of failing it.
spared as (
    select
        causes.workflow_id,
        causes.agent_id,
        causes.workflow_id as affected_workflow_id,
        cast(causes.first_rework_opened_at as date) as rework_date,
        cast(0 as decimal(28, 12)) as rework_hours,
        cast(0 as decimal(28, 12)) as rework_cost_usd,
        cast(1 as bigint) as causing_items,
        cast(baselines.baseline_minutes_per_output / 60 as decimal(28, 12))
            as baseline_hours,
        cast(baselines.baseline_cost_per_output_usd as decimal(28, 12))
            as baseline_cost_usd
    from causes
    left join baselines on causes.workflow_id = baselines.workflow_id
    where causes.first_rework_opened_at is not null
),

entries as (
    select * from spent
    union all
    select * from spared
),

daily as (
    select
        workflow_id,
        agent_id,
        affected_workflow_id,
        rework_date,
        cast(sum(causing_items) as bigint) as causing_items,
        {{ strict_sum('rework_hours') }} as rework_hours,
        {{ strict_sum('rework_cost_usd') }} as rework_cost_usd,
        {{ strict_sum('rework_hours - baseline_hours') }} as net_rework_hours,
        {{ strict_sum('rework_cost_usd - baseline_cost_usd') }} as net_rework_cost_usd
    from entries
    group by workflow_id, agent_id, affected_workflow_id, rework_date
)

select * from daily
