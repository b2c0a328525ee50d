with agents as (
    select * from {{ ref('agents') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

weeks as (
    select * from {{ ref('int_agent_weeks') }}
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
    select * from {{ ref('int_cost_rules_by_week') }}
),

drift as (
    select * from {{ ref('int_drifted_agents_by_week') }}
),

complete as (
    select
        agents.agent_id,
        agents.workflow_id,
        weeks.week_start
    from agents
    inner join weeks
        on
            agents.agent_id = weeks.agent_id
            and agents.workflow_id = weeks.workflow_id
            and {{ week_end('weeks.week_start') }} >= agents.deployed_on
    where {{ week_end('weeks.week_start') }} <= {{ as_of_date() }}
),

evidence as (
    select
        complete.agent_id,
        complete.workflow_id,
        complete.week_start,
        accuracy.accuracy_high,
        accuracy.accuracy_floor,
        accuracy.half_width,
        accuracy.accuracy_margin,
        accuracy.reviews_random,
        accuracy.reviews_needed,
        accuracy.is_sufficient as is_accuracy_sufficient,
        errors.error_rate_low,
        errors.error_rate_ceiling,
        errors.is_breach as is_error_breach,
        volumes.latency_p95_minutes,
        workflows.sla_minutes,
        drift.drift,
        drift.actions as drift_actions,
        costs.cost_rule_week,
        costs.cost_ratio,
        costs.cost_ratio_high,
        costs.consecutive_weeks,
        costs.meets_cost_rule,
        drift.agent_id is not null as is_drifted,
        coalesce(accuracy.accuracy_high < accuracy.accuracy_floor, false)
            as is_accuracy_below,
        coalesce(volumes.latency_p95_minutes <= workflows.sla_minutes, false)
            as is_in_time
    from complete
    left join workflows on complete.workflow_id = workflows.workflow_id
    left join drift
        on
            complete.agent_id = drift.agent_id
            and complete.week_start = drift.week_start
    {% for relation in ['accuracy', 'errors', 'volumes', 'costs'] %}
        inner join {{ relation }}
            on
                complete.agent_id = {{ relation }}.agent_id
                and complete.workflow_id = {{ relation }}.workflow_id
                and complete.week_start = {{ relation }}.week_start
    {% endfor %}
)

select * from evidence
