with initiative_workflows as (
    select * from {{ ref('int_initiative_workflows') }}
),

valued as (
    select * from {{ ref('int_value_by_workflow_month') }}
),

-- What agents cost stands among an initiative's costs: it is not deducted here again.
shared as (
    select
        initiative_workflows.initiative_id,
        valued.month_start,
        cast(
            initiative_workflows.workflow_share * (
                {{ at_baseline(
                    'valued.outputs_verified', 'valued.baseline_cost_per_output_usd'
                ) }} - cast(valued.net_rework_cost_usd as double)
            ) as decimal(28, 12)
        ) as verified_benefit_usd,
        {{ shown('valued.worked_hours', 'valued.is_suppressed') }} as worked_hours,
        valued.all_outputs_successful,
        cast(
            {{ at_baseline(
                'valued.all_outputs_successful', 'valued.baseline_minutes_per_output'
            ) }} / 60 as decimal(28, 12)
        ) as baseline_hours
    from initiative_workflows
    inner join valued on initiative_workflows.workflow_id = valued.workflow_id
),

monthly as (
    select
        initiative_id,
        month_start,
        {{ strict_sum('verified_benefit_usd') }} as verified_benefit_usd,
        {{ strict_sum('worked_hours') }} as worked_hours,
        {{ strict_sum('baseline_hours') }} as baseline_hours,
        cast(sum(all_outputs_successful) as bigint) as outputs_successful
    from shared
    group by initiative_id, month_start
)

select * from monthly
