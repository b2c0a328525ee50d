with workflows as (
    select * from {{ ref('workflows') }}
),

-- Before its outputs are settled a baseline would look dearer than it was.
settled as (
    select * from workflows
    where
        {{ window_has_passed('baseline_end', 'rework_window_days') }}
),

hours as (
    select * from {{ ref('int_hours_costed') }}
),

items as (
    select * from {{ ref('int_work_items_judged') }}
    where is_closed and handled_by in ('human', 'hybrid')
),

hours_by_workflow as (
    select
        settled.workflow_id,
        {{ strict_sum('hours.hours') }} as hours,
        {{ strict_sum('hours.labor_cost_usd') }} as labor_cost_usd
    from settled
    inner join hours
        on
            settled.workflow_id = hours.workflow_id
            and settled.baseline_start <= hours.work_date
            and settled.baseline_end >= hours.work_date
    group by settled.workflow_id
),

items_by_workflow as (
    select
        settled.workflow_id,
        count(*) as closed,
        count(case when items.is_successful_human then 1 end) as outputs,
        {{ percentile(
            'case when items.is_successful_human then items.latency_minutes end', 0.5
        ) }} as latency_median_minutes,
        {{ percentile(
            'case when items.is_successful_human then items.latency_minutes end', 0.95
        ) }} as latency_p95_minutes
    from settled
    inner join items
        on
            settled.workflow_id = items.workflow_id
            and settled.baseline_start <= items.closed_date
            and settled.baseline_end >= items.closed_date
    group by settled.workflow_id
),

baselines as (
    select
        workflows.workflow_id,
        workflows.department,
        coalesce(hours_by_workflow.hours, 0) as baseline_hours,
        coalesce(items_by_workflow.outputs, 0) as baseline_outputs,
        {{ ratio('60 * hours_by_workflow.hours', 'items_by_workflow.outputs') }}
            as baseline_minutes_per_output,
        {{ ratio('hours_by_workflow.labor_cost_usd', 'items_by_workflow.outputs') }}
            as baseline_cost_per_output_usd,
        {{ ratio('items_by_workflow.outputs', 'items_by_workflow.closed') }}
            as baseline_success_rate,
        items_by_workflow.latency_median_minutes as baseline_latency_median_minutes,
        items_by_workflow.latency_p95_minutes as baseline_latency_p95_minutes
    from workflows
    left join hours_by_workflow
        on workflows.workflow_id = hours_by_workflow.workflow_id
    left join items_by_workflow
        on workflows.workflow_id = items_by_workflow.workflow_id
)

select * from baselines
