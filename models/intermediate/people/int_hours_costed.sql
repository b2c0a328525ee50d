with timesheets as (
    select * from {{ ref('stg_hr__timesheets') }}
    where
        activity <> 'leave'
        and work_date <= {{ as_of_date() }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

labor_rates as (
    select * from {{ ref('int_labor_rates_by_department_month') }}
),

items as (
    select * from {{ ref('int_work_items_judged') }}
),

agents as (
    select * from {{ ref('agents') }}
),

placed as (
    select
        timesheets.worker_key,
        timesheets.work_date,
        timesheets.activity,
        timesheets.agent_id,
        timesheets.work_item_id,
        timesheets.hours,
        positions.department,
        {{ month_start('timesheets.work_date') }} as month_start,
        {{ week_start('timesheets.work_date') }} as week_start,
        items.agent_id as item_agent_id,
        coalesce(
            timesheets.workflow_id, items.workflow_id, agents.workflow_id
        ) as workflow_id,
        timesheets.activity in ('review', 'oversight', 'agent_ops') as is_oversight,
        items.work_item_id is not null as names_item
    from timesheets
    left join positions
        on
            timesheets.worker_key = positions.worker_key
            and timesheets.work_date = positions.date_day
    left join items on timesheets.work_item_id = items.work_item_id
    left join agents on timesheets.agent_id = agents.agent_id
),

-- Hours of people without a position are costed at the company's rate. Oversight
-- follows the item it names, else the agent; the rest is its workflow's pool.
costed as (
    select
        placed.*,
        cast(
            cast(placed.hours as double) * coalesce(
                labor_rates.hourly_rate_usd, company_rates.hourly_rate_usd
            ) as decimal(28, 12)
        ) as labor_cost_usd,
        case
            when placed.is_oversight and placed.names_item then placed.item_agent_id
            when placed.is_oversight then placed.agent_id
        end as oversight_agent_id,
        placed.is_oversight
        and not placed.names_item
        and placed.agent_id is null as is_pooled
    from placed
    left join labor_rates
        on
            placed.department = labor_rates.department
            and placed.month_start = labor_rates.month_start
    left join labor_rates as company_rates
        on
            placed.month_start = company_rates.month_start
            and company_rates.department = 'company'
)

select * from costed
