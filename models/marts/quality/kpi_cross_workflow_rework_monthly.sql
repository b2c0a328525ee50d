with items as (
    select * from {{ ref('int_work_items_judged') }}
),

rework as (
    select * from {{ ref('int_rework_by_agent_day') }}
),

savings as (
    select * from {{ ref('kpi_savings_monthly') }}
),

opened as (
    select
        causes.workflow_id as causing_workflow_id,
        rework_items.workflow_id as affected_workflow_id,
        {{ month_start('rework_items.opened_at') }} as month_start,
        count(*) as rework_items
    from items as rework_items
    inner join items as causes
        on rework_items.caused_by_work_item_id = causes.work_item_id
    where
        causes.is_attempted
        and cast(rework_items.opened_at as date) <= {{ as_of_date() }}
    group by
        causes.workflow_id,
        rework_items.workflow_id,
        {{ month_start('rework_items.opened_at') }}
),

-- The days on which only a causing item was set against its rework hold no work.
worked as (
    select
        workflow_id as causing_workflow_id,
        affected_workflow_id,
        {{ month_start('rework_date') }} as month_start,
        {{ strict_sum('rework_hours') }} as rework_hours,
        {{ strict_sum('rework_cost_usd') }} as rework_cost_usd
    from rework
    group by workflow_id, affected_workflow_id, {{ month_start('rework_date') }}
    having sum(rework_hours) > 0
),

months as (
    select
        causing_workflow_id,
        affected_workflow_id,
        month_start
    from opened
    union
    select
        causing_workflow_id,
        affected_workflow_id,
        month_start
    from worked
),

published as (
    select
        months.causing_workflow_id,
        months.affected_workflow_id,
        months.month_start,
        months.causing_workflow_id <> months.affected_workflow_id as is_cross_workflow,
        coalesce(opened.rework_items, 0) as rework_items,
        {{ known_part(
            'worked.rework_hours', 'worked.month_start', 'stg_hr__timesheets'
        ) }} as rework_hours,
        {{ usd(known_part(
            'worked.rework_cost_usd', 'worked.month_start', 'stg_hr__timesheets'
        )) }} as rework_cost_usd,
        {{ usd('savings.verified_savings_usd + savings.net_rework_cost_usd') }}
            as saving_before_rework_usd,
        savings.verified_savings_usd as saving_left_usd
    from months
    left join opened
        on
            months.causing_workflow_id = opened.causing_workflow_id
            and months.affected_workflow_id = opened.affected_workflow_id
            and months.month_start = opened.month_start
    left join worked
        on
            months.causing_workflow_id = worked.causing_workflow_id
            and months.affected_workflow_id = worked.affected_workflow_id
            and months.month_start = worked.month_start
    left join savings
        on
            months.causing_workflow_id = savings.workflow_id
            and months.month_start = savings.month_start
)

select * from published
