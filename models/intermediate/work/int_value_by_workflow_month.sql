{% set cost_feeds = {
    'compute_cost_usd': none,
    'licensing_cost_usd': 'int_charges_unioned',
    'integration_cost_usd': none,
    'oversight_cost_usd': 'stg_hr__timesheets',
    'oversight_hours': 'stg_hr__timesheets',
    'net_rework_hours': 'stg_hr__timesheets',
    'net_rework_cost_usd': 'stg_hr__timesheets',
} %}

with workflows as (
    select * from {{ ref('workflows') }}
),

days as (
    select * from {{ ref('int_days_covered') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

months as (
    select distinct
        workflows.workflow_id,
        workflows.department,
        days.month_start,
        {{ window_has_passed(
            month_end('days.month_start'), 'workflows.rework_window_days'
        ) }} as is_final
    from workflows
    inner join days
        on days.month_start >= {{ month_start('workflows.baseline_start') }}
),

outputs as (
    select * from {{ ref('int_outputs_by_workflow_month') }}
),

hours as (
    select * from {{ ref('int_hours_by_workflow_month') }}
),

costs as (
    select * from {{ ref('int_costs_by_workflow_month') }}
),

joined as (
    select
        months.*,
        baselines.baseline_minutes_per_output,
        coalesce(outputs.outputs_completed, 0) as outputs_completed,
        coalesce(outputs.all_outputs_successful, 0) as all_outputs_successful,
        {{ known_part(
            'hours.worked_hours', 'hours.workflow_id', 'stg_hr__timesheets'
        ) }} as worked_hours,
        coalesce(hours.is_suppressed, false) as is_suppressed,
        {% for end in ['', '_low', '_high'] %}
            {{ known_part('outputs.outputs_verified' ~ end, 'outputs.workflow_id') }}
                as outputs_verified{{ end }},
        {% endfor %}
        {% for column, feed in cost_feeds.items() %}
            {{ known_part('costs.' ~ column, 'costs.workflow_id', feed) }}
                as {{ column }},
        {% endfor %}
        baselines.baseline_cost_per_output_usd
    from months
    inner join baselines on months.workflow_id = baselines.workflow_id
    left join outputs
        on
            months.workflow_id = outputs.workflow_id
            and months.month_start = outputs.month_start
    left join hours
        on
            months.workflow_id = hours.workflow_id
            and months.month_start = hours.month_start
    left join costs
        on
            months.workflow_id = costs.workflow_id
            and months.month_start = costs.month_start
)

select * from joined
