{% set components = ['compute', 'licensing', 'integration', 'oversight', 'other'] %}

with costs as (
    select * from {{ ref('int_agent_costs_by_day') }}
    where agent_id <> 'unallocated'
),

oversight as (
    select * from {{ ref('int_oversight_by_agent_day') }}
),

agents as (
    select * from {{ ref('agents') }}
),

items as (
    select
        workflow_id,
        agent_id,
        {{ week_start('closed_date') }} as week_start,
        count(*) as attempted
    from {{ ref('int_work_items_judged') }}
    where is_attempted
    group by workflow_id, agent_id, {{ week_start('closed_date') }}
),

by_day as (
    select
        agent_id,
        cost_date,
        {% for component in components %}
            {{ strict_sum(
                "case when component = '" ~ component ~ "' then cost_usd else 0 end",
                'decimal(38, 18)'
            ) }} as {{ component }}_cost_usd,
        {% endfor %}
        {{ week_start('cost_date') }} as week_start
    from costs
    group by agent_id, cost_date, {{ week_start('cost_date') }}
),

with_hours as (
    select
        by_day.*,
        coalesce(oversight.oversight_hours, 0) as oversight_hours
    from by_day
    left join oversight
        on
            by_day.agent_id = oversight.agent_id
            and by_day.cost_date = oversight.work_date
),

-- An agent's costs follow its work of the week; without any they stay at its own
-- workflow.
shared as (
    select
        with_hours.*,
        coalesce(items.workflow_id, agents.workflow_id, 'unknown') as workflow_id,
        coalesce(
            {{ ratio(
                'items.attempted',
                'sum(items.attempted) over (
                    partition by with_hours.agent_id, with_hours.cost_date
                )'
            ) }},
            1
        ) as workflow_share
    from with_hours
    left join items
        on
            with_hours.agent_id = items.agent_id
            and with_hours.week_start = items.week_start
    left join agents on with_hours.agent_id = agents.agent_id
),

costed as (
    select
        workflow_id,
        agent_id,
        cost_date,
        {% for component in components %}
            cast(
                cast({{ component }}_cost_usd as double) * workflow_share
                as decimal(28, 12)
            ) as {{ component }}_cost_usd,
        {% endfor %}
        cast(cast(oversight_hours as double) * workflow_share as decimal(28, 12))
            as oversight_hours
    from shared
)

select * from costed
