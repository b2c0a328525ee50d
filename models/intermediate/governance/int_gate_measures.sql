with weeks as (
    select * from {{ ref('int_gate_weeks') }}
),

accuracy as (
    select * from {{ ref('kpi_task_accuracy_weekly') }}
),

errors as (
    select * from {{ ref('kpi_error_rate_weekly') }}
),

volumes as (
    select * from {{ ref('kpi_volume_velocity_value_weekly') }}
),

costs as (
    select * from {{ ref('kpi_cost_per_output_weekly') }}
),

valued as (
    select * from {{ ref('int_value_by_agent_week') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

-- Harm is judged by the last week that is over, cost by the last that is final.
measured as (
    select
        weeks.agent_id,
        weeks.workflow_id,
        weeks.gate,
        weeks.review_date,
        cast(baselines.baseline_outputs as double) as baseline_outputs,
        cast(accuracy.reviews_random as double) as reviews_random,
        accuracy.accuracy_low,
        accuracy.half_width as accuracy_margin_half_width,
        errors.error_rate,
        volumes.sla_attainment,
        costs.cost_ratio_high,
        {{ at_baseline(
            'valued.outputs_verified', 'valued.baseline_minutes_per_output'
        ) }} / 60 / nullif(cast(valued.oversight_hours as double), 0)
            as displacement_multiplier
    from weeks
    left join baselines on weeks.workflow_id = baselines.workflow_id
    {% for relation in ['accuracy', 'errors', 'volumes'] %}
        left join {{ relation }}
            on
                weeks.agent_id = {{ relation }}.agent_id
                and weeks.workflow_id = {{ relation }}.workflow_id
                and weeks.week_start = {{ relation }}.week_start
    {% endfor %}
    {% for relation in ['costs', 'valued'] %}
        left join {{ relation }}
            on
                weeks.agent_id = {{ relation }}.agent_id
                and weeks.workflow_id = {{ relation }}.workflow_id
                and weeks.final_week_start = {{ relation }}.week_start
    {% endfor %}
)

select * from measured
