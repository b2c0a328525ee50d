with agents as (
    select * from {{ ref('agents') }}
),

workflows as (
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

first_week as (
    select {{ week_start('min(deployed_on)') }} as week_start
    from agents
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
        cast(
            {{ add_days(week_end('weeks.week_start'), 'weeks.rework_window_days') }}
            as date
        ) <= {{ as_of_date() }} as is_final,
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
            case
                when by_workflow.outputs_verified = 0 then 0
                else
                    cast(by_workflow.outputs_verified as double)
                    * baselines.baseline_minutes_per_output / 60
            end as decimal(28, 12)
        ) as displaced_hours,
        cast(
            case
                when by_workflow.outputs_verified_low = 0 then 0
                else
                    cast(by_workflow.outputs_verified_low as double)
                    * baselines.baseline_cost_per_output_usd
            end as decimal(28, 12)
        ) - by_workflow.total_cost_usd - by_workflow.net_rework_cost_usd
            as risk_adjusted_savings_usd
    from by_workflow
    inner join baselines on by_workflow.workflow_id = baselines.workflow_id
)

select * from weighed
