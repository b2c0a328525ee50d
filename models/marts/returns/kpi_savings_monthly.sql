with displaced as (
    select * from {{ ref('int_displacement_by_workflow_month') }}
),

labor_rates as (
    select * from {{ ref('int_labor_rates_by_department_month') }}
),

costed as (
    select
        displaced.*,
        coalesce(
            labor_rates.hourly_rate_usd, company_rates.hourly_rate_usd
        ) as hourly_rate_usd,
        displaced.compute_cost_usd + displaced.licensing_cost_usd
        + displaced.integration_cost_usd as technology_cost_usd
    from displaced
    left join labor_rates
        on
            displaced.department = labor_rates.department
            and displaced.month_start = labor_rates.month_start
    left join labor_rates as company_rates
        on
            displaced.month_start = company_rates.month_start
            and company_rates.department = 'company'
),

valued as (
    select
        *,
        {{ at_baseline('outputs_completed', 'baseline_cost_per_output_usd') }}
            as claimed,
        {{ at_baseline('outputs_verified', 'baseline_cost_per_output_usd') }}
            as verified,
        {{ at_baseline('outputs_verified_low', 'baseline_cost_per_output_usd') }}
            as risk_adjusted,
        cash_releasing_fte * productive_hours_per_fte * hourly_rate_usd as released,
        oversight_cost_usd + net_rework_cost_usd + technology_cost_usd as deducted
    from costed
),

-- Four views of one thing, never to be added.
published as (
    select
        workflow_id,
        month_start,
        outputs_completed,
        outputs_verified,
        outputs_verified_low,
        {{ usd('baseline_cost_per_output_usd') }} as baseline_cost_per_output_usd,
        {{ usd('compute_cost_usd') }} as compute_cost_usd,
        {{ usd('licensing_cost_usd') }} as licensing_cost_usd,
        {{ usd('integration_cost_usd') }} as integration_cost_usd,
        {{ usd('oversight_cost_usd') }} as oversight_cost_usd,
        {{ usd('net_rework_cost_usd') }} as net_rework_cost_usd,
        cash_releasing_fte,
        {{ usd('claimed') }} as claimed_savings_usd,
        {{ usd('verified - cast(deducted as double)') }} as verified_savings_usd,
        {{ usd('risk_adjusted - cast(deducted as double)') }}
            as risk_adjusted_savings_usd,
        {{ usd('released - cast(technology_cost_usd as double)') }}
            as cash_releasing_savings_usd,
        is_final
    from valued
)

select * from published
