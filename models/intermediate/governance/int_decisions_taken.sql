with scope as (
    select
        *,
        max(week_start) over () as last_week
    from {{ ref('kpi_scope_decisions_weekly') }}
),

taken as (
    select
        'agent' as subject_type,
        agent_id as subject_id,
        'scope' as rule,
        workflow_id,
        week_start,
        decision,
        reasons,
        recommended_action,
        accuracy_high,
        accuracy_floor,
        is_drifted,
        is_error_breach,
        is_accuracy_sufficient,
        meets_cost_rule,
        cost_rule_week,
        latency_p95_minutes,
        sla_minutes
    from scope
    where week_start = last_week
)

select * from taken
