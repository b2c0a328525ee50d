with displaced as (
    select * from {{ ref('int_displacement_by_workflow_month') }}
),

published as (
    select
        workflow_id,
        month_start,
        outputs_completed,
        outputs_verified,
        outputs_verified_low,
        outputs_verified_high,
        all_outputs_successful,
        oversight_hours,
        baseline_minutes_per_output,
        net_rework_hours,
        {{ shown('worked_hours') }} as worked_hours,
        claimed_hours,
        displaced_hours,
        verified_hours,
        verified_hours_low,
        verified_hours_high,
        {{ shown('realized_hours') }} as realized_hours,
        productive_hours_per_fte,
        claimed_fte,
        verified_fte,
        verified_fte_low,
        verified_fte_high,
        {{ shown('realized_fte') }} as realized_fte,
        displacement_multiplier,
        cash_releasing_fte,
        is_final,
        is_suppressed,
        realized_fte - cash_releasing_fte as capacity_fte
    from displaced
)

select * from published
