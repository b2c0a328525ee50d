with valued as (
    select * from {{ ref('int_value_by_workflow_month') }}
),

productive as (
    select * from {{ ref('int_productive_hours_by_department_month') }}
),

paid as (
    select * from {{ ref('int_paid_fte_by_department_month') }}
),

minutes as (
    select
        valued.*,
        productive.productive_hours_per_fte,
        coalesce(paid.paid_fte_decrease, 0) as paid_fte_decrease,
        valued.baseline_minutes_per_output / 60 as baseline_hours_per_output
    from valued
    left join productive
        on
            valued.department = productive.department
            and valued.month_start = productive.month_start
    left join paid
        on
            valued.department = paid.department
            and valued.month_start = paid.month_start
),

displaced as (
    select
        *,
        cast(
            {{ at_baseline('outputs_completed', 'baseline_hours_per_output') }}
            as decimal(28, 12)
        ) as claimed_hours,
        cast(
            {{ at_baseline('outputs_verified', 'baseline_hours_per_output') }}
            as decimal(28, 12)
        ) as displaced_hours,
        cast(
            {{ at_baseline('outputs_verified', 'baseline_hours_per_output') }}
            - cast(oversight_hours + net_rework_hours as double) as decimal(28, 12)
        ) as verified_hours,
        cast(
            {{ at_baseline('outputs_verified_low', 'baseline_hours_per_output') }}
            - cast(oversight_hours + net_rework_hours as double) as decimal(28, 12)
        ) as verified_hours_low,
        cast(
            {{ at_baseline('outputs_verified_high', 'baseline_hours_per_output') }}
            - cast(oversight_hours + net_rework_hours as double) as decimal(28, 12)
        ) as verified_hours_high,
        cast(
            all_outputs_successful * baseline_hours_per_output
            - cast(worked_hours as double) as decimal(28, 12)
        ) as realized_hours
    from minutes
),

in_fte as (
    select
        *,
        {{ ratio('claimed_hours', 'productive_hours_per_fte') }} as claimed_fte,
        {{ ratio('verified_hours', 'productive_hours_per_fte') }} as verified_fte,
        {{ ratio('verified_hours_low', 'productive_hours_per_fte') }}
            as verified_fte_low,
        {{ ratio('verified_hours_high', 'productive_hours_per_fte') }}
            as verified_fte_high,
        {{ ratio('realized_hours', 'productive_hours_per_fte') }} as realized_fte,
        {{ ratio('displaced_hours', 'oversight_hours') }} as displacement_multiplier
    from displaced
),

weighed as (
    select
        *,
        sum(cast(greatest(realized_fte, 0) as decimal(28, 12))) over together
            as department_realized_fte,
        bool_or(is_suppressed) over together as is_department_suppressed
    from in_fte
    window together as (partition by department, month_start)
),

-- Only what left the payroll releases cash. A hidden share the others would tell.
released as (
    select
        *,
        case
            when is_department_suppressed or realized_fte is null then null
            when realized_fte <= 0 then cast(0 as double)
            else least(
                realized_fte,
                cast(paid_fte_decrease as double)
                * {{ ratio('realized_fte', 'department_realized_fte') }}
            )
        end as cash_releasing_fte
    from weighed
)

select * from released
