{{ config(severity='warn') }}

-- People's own baseline realizes nothing: their outputs at baseline minutes are the
-- hours they worked. It holds only if both sides count the same items and hours, and no
-- agent worked in the baseline: a seed that says otherwise is worth a warning.
with workflows as (
    select * from {{ ref('workflows') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
    where baseline_minutes_per_output is not null
),

outputs as (
    select
        workflows.workflow_id,
        count(*) as outputs
    from workflows
    inner join {{ ref('int_work_items_judged') }} as items
        on
            workflows.workflow_id = items.workflow_id
            and workflows.baseline_start <= items.closed_date
            and workflows.baseline_end >= items.closed_date
    where items.is_successful or items.is_successful_human
    group by workflows.workflow_id
),

hours as (
    select
        workflows.workflow_id,
        sum(hours_costed.hours) as hours
    from workflows
    inner join {{ ref('int_hours_costed') }} as hours_costed
        on
            workflows.workflow_id = hours_costed.workflow_id
            and workflows.baseline_start <= hours_costed.work_date
            and workflows.baseline_end >= hours_costed.work_date
    group by workflows.workflow_id
)

select
    baselines.workflow_id,
    outputs.outputs,
    hours.hours
from baselines
left join outputs on baselines.workflow_id = outputs.workflow_id
left join hours on baselines.workflow_id = hours.workflow_id
where
    abs(
        coalesce(outputs.outputs, 0) * baselines.baseline_minutes_per_output / 60
        - coalesce(cast(hours.hours as double), 0)
    ) > 0.000001
