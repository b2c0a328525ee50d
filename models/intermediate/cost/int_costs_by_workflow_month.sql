{% set components = ['compute', 'licensing', 'integration', 'oversight'] %}

with costs as (
    select
        workflow_id,
        {{ month_start('cost_date') }} as month_start,
        {% for component in components %}
            {{ strict_sum(component ~ '_cost_usd') }}
                as {{ component }}_cost_usd,
        {% endfor %}
        {{ strict_sum('oversight_hours') }} as oversight_hours
    from {{ ref('int_agent_costs_by_workflow') }}
    group by workflow_id, {{ month_start('cost_date') }}
),

rework as (
    select
        workflow_id,
        {{ month_start('rework_date') }} as month_start,
        {{ strict_sum('net_rework_hours') }} as net_rework_hours,
        {{ strict_sum('net_rework_cost_usd') }} as net_rework_cost_usd
    from {{ ref('int_rework_by_agent_day') }}
    group by workflow_id, {{ month_start('rework_date') }}
),

-- No row of cost or rework means none; a row with an unknown part stays unknown.
joined as (
    select
        coalesce(costs.workflow_id, rework.workflow_id) as workflow_id,
        coalesce(costs.month_start, rework.month_start) as month_start,
        {% for component in components %}
            {{ known_part('costs.' ~ component ~ '_cost_usd', 'costs.workflow_id') }}
                as {{ component }}_cost_usd,
        {% endfor %}
        {{ known_part('costs.oversight_hours', 'costs.workflow_id') }}
            as oversight_hours,
        {{ known_part('rework.net_rework_hours', 'rework.workflow_id') }}
            as net_rework_hours,
        {{ known_part('rework.net_rework_cost_usd', 'rework.workflow_id') }}
            as net_rework_cost_usd
    from costs
    full outer join rework
        on
            costs.workflow_id = rework.workflow_id
            and costs.month_start = rework.month_start
)

select * from joined
