with hours as (
    select * from {{ ref('int_hours_placed') }}
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

named as (
    select
        hours.worker_key,
        hours.work_date,
        hours.activity,
        hours.agent_id,
        hours.work_item_id,
        hours.hours,
        hours.department,
        hours.month_start,
        hours.week_start,
        items.agent_id as item_agent_id,
        coalesce(
            hours.workflow_id, items.workflow_id, agents.workflow_id
        ) as workflow_id,
        hours.activity in ('review', 'oversight', 'agent_ops') as is_oversight,
        items.work_item_id is not null as names_item
    from hours
    left join items on hours.work_item_id = items.work_item_id
    left join agents on hours.agent_id = agents.agent_id
),

-- Hours of people without a position are costed at the company's rate. Oversight
-- follows the item it names, else the agent; the rest is its workflow's pool.
costed as (
    select
        named.*,
        cast(
            cast(named.hours as double) * coalesce(
                labor_rates.hourly_rate_usd, company_rates.hourly_rate_usd
            ) as decimal(28, 12)
        ) as labor_cost_usd,
        case
            when named.is_oversight and named.names_item then named.item_agent_id
            when named.is_oversight then named.agent_id
        end as oversight_agent_id,
        named.is_oversight
        and not named.names_item
        and named.agent_id is null as is_pooled
    from named
    left join labor_rates
        on
            named.department = labor_rates.department
            and named.month_start = labor_rates.month_start
    left join labor_rates as company_rates
        on
            named.month_start = company_rates.month_start
            and company_rates.department = 'company'
)

select * from costed
