{% set rework_measures = [
    'rework_cost_usd', 'net_rework_hours', 'net_rework_cost_usd'
] %}
{% set components = ['compute', 'licensing', 'integration', 'oversight', 'other'] %}
{% set cost_feeds = {
    'compute_cost_usd': none,
    'licensing_cost_usd': 'int_charges_unioned',
    'integration_cost_usd': none,
    'oversight_cost_usd': 'stg_hr__timesheets',
    'oversight_hours': 'stg_hr__timesheets',
    'other_cost_usd': 'int_charges_unioned',
} %}

with outputs as (
    select * from {{ ref('int_outputs_by_agent_week') }}
),

costs as (
    select
        workflow_id,
        agent_id,
        {{ week_start('cost_date') }} as week_start,
        {% for component in components %}
            {{ strict_sum(component ~ '_cost_usd') }}
                as {{ component }}_cost_usd,
        {% endfor %}
        {{ strict_sum('oversight_hours') }} as oversight_hours
    from {{ ref('int_agent_costs_by_workflow') }}
    group by workflow_id, agent_id, {{ week_start('cost_date') }}
),

rework as (
    select
        workflow_id,
        agent_id,
        {{ week_start('rework_date') }} as week_start,
        {{ strict_sum('rework_cost_usd') }} as rework_cost_usd,
        {{ strict_sum('net_rework_hours') }} as net_rework_hours,
        {{ strict_sum('net_rework_cost_usd') }} as net_rework_cost_usd
    from {{ ref('int_rework_by_agent_day') }}
    group by workflow_id, agent_id, {{ week_start('rework_date') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

-- No row of cost or rework means none, a row with an unknown part stays unknown, and
-- without timesheets or bills nothing is known of what people or licences cost.
joined as (
    select
        outputs.*,
        {% for column, feed in cost_feeds.items() %}
            {{ known_part('costs.' ~ column, 'costs.agent_id', feed) }} as {{ column }},
        {% endfor %}
        {% for column in rework_measures %}
            {{ known_part(
                'rework.' ~ column, 'rework.agent_id', 'stg_hr__timesheets'
            ) }} as {{ column }},
        {% endfor %}
        baselines.baseline_minutes_per_output,
        baselines.baseline_cost_per_output_usd
    from outputs
    left join costs
        on
            outputs.workflow_id = costs.workflow_id
            and outputs.agent_id = costs.agent_id
            and outputs.week_start = costs.week_start
    left join rework
        on
            outputs.workflow_id = rework.workflow_id
            and outputs.agent_id = rework.agent_id
            and outputs.week_start = rework.week_start
    left join baselines on outputs.workflow_id = baselines.workflow_id
),

valued as (
    select
        *,
        compute_cost_usd + licensing_cost_usd + integration_cost_usd
        + oversight_cost_usd as total_cost_usd
    from joined
)

select * from valued
