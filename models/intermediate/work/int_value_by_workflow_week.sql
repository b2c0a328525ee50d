with registered as (
    select * from {{ ref('workflows') }}
),

days as (
    select * from {{ ref('int_days_covered') }}
),

valued as (
    select * from {{ ref('int_value_by_agent_week') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

-- Work under a workflow nobody registered costs the company all the same.
workflows as (
    select
        workflow_id,
        rework_window_days
    from registered
    union all
    select distinct
        valued.workflow_id,
        cast(0 as bigint) as rework_window_days
    from valued
    left join registered on valued.workflow_id = registered.workflow_id
    where registered.workflow_id is null
),

first_week as (
    select min(week_start) as week_start
    from valued
),

weeks as (
    select distinct
        workflows.workflow_id,
        {{ week_start('days.date_day') }} as week_start,
        workflows.rework_window_days
    from workflows
    cross join days
    cross join first_week
    where days.date_day >= first_week.week_start
),

by_workflow as (
    select
        weeks.workflow_id,
        weeks.week_start,
        {{ window_has_passed(
            week_end('weeks.week_start'), 'weeks.rework_window_days'
        ) }} as is_final,
        cast(coalesce(sum(valued.attempted), 0) as bigint) as attempted,
        {{ strict_sum_joined('valued.outputs_verified', 'valued.agent_id') }}
            as outputs_verified,
        {{ strict_sum_joined('valued.outputs_verified_low', 'valued.agent_id') }}
            as outputs_verified_low,
        {{ strict_sum_joined('valued.oversight_hours', 'valued.agent_id') }}
            as oversight_hours,
        {{ strict_sum_joined('valued.total_cost_usd', 'valued.agent_id') }}
            as total_cost_usd,
        {{ strict_sum_joined('valued.net_rework_cost_usd', 'valued.agent_id') }}
            as net_rework_cost_usd
    from weeks
    left join valued
        on
            weeks.workflow_id = valued.workflow_id
            and weeks.week_start = valued.week_start
    group by weeks.workflow_id, weeks.week_start, weeks.rework_window_days
),

weighed as (
    select
        by_workflow.*,
        cast(
            {{ at_baseline(
                'by_workflow.outputs_verified', 'baselines.baseline_minutes_per_output'
            ) }} / 60 as decimal(28, 12)
        ) as displaced_hours,
        cast(
            {{ at_baseline(
                'by_workflow.outputs_verified_low',
                'baselines.baseline_cost_per_output_usd'
            ) }} as decimal(28, 12)
        ) - by_workflow.total_cost_usd - by_workflow.net_rework_cost_usd
            as risk_adjusted_savings_usd
    from by_workflow
    left join baselines on by_workflow.workflow_id = baselines.workflow_id
)

select * from weighed
