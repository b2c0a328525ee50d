with workflows as (
    select * from {{ ref('workflows') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

seen as (
    select workflow_id from {{ ref('int_agent_weeks') }}
    union
    select workflow_id from {{ ref('int_work_items_closed') }}
    union
    select workflow_id from workflows
),

-- Work may name a workflow nobody registered: it is shown, with nothing known about it.
described as (
    select
        seen.workflow_id,
        workflows.name,
        workflows.department,
        workflows.output_unit,
        cast(workflows.sla_minutes as double) as sla_minutes,
        workflows.accuracy_floor,
        workflows.error_rate_ceiling,
        workflows.accuracy_margin,
        workflows.rework_window_days,
        workflows.baseline_start,
        workflows.baseline_end,
        baselines.baseline_outputs,
        baselines.baseline_minutes_per_output,
        cast(baselines.baseline_cost_per_output_usd as decimal(18, 6))
            as baseline_cost_per_output_usd,
        baselines.baseline_success_rate,
        baselines.baseline_latency_median_minutes,
        baselines.baseline_latency_p95_minutes,
        workflows.workflow_id is not null as is_registered
    from seen
    left join workflows on seen.workflow_id = workflows.workflow_id
    left join baselines on seen.workflow_id = baselines.workflow_id
)

select * from described
