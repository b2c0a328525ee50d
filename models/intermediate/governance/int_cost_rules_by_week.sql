with costs as (
    select * from {{ ref('kpi_cost_per_output_weekly') }}
),

-- Cost is not known until outputs are settled: the last final week speaks for this one.
dated as (
    select
        workflow_id,
        agent_id,
        week_start,
        max(case when is_final then week_start end) over (
            partition by workflow_id, agent_id
            order by week_start
            rows between unbounded preceding and current row
        ) as cost_rule_week
    from costs
),

ruled as (
    select
        dated.workflow_id,
        dated.agent_id,
        dated.week_start,
        dated.cost_rule_week,
        costs.cost_ratio,
        costs.cost_ratio_high,
        costs.consecutive_weeks,
        coalesce(costs.meets_rule, false) as meets_cost_rule
    from dated
    left join costs
        on
            dated.workflow_id = costs.workflow_id
            and dated.agent_id = costs.agent_id
            and dated.cost_rule_week = costs.week_start
)

select * from ruled
