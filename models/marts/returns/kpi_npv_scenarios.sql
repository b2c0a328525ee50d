with flows as (
    select * from {{ ref('int_initiative_flows_by_scenario') }}
),

scenarios as (
    select * from {{ ref('npv_scenarios') }}
),

discounted as (
    select
        flows.*,
        cast(
            {{ present_value(
                'flows.net_usd', 'scenarios.annual_discount_rate', 'flows.month_number'
            ) }} as decimal(28, 12)
        ) as present_value_usd,
        {{ payback_month(
            'flows.month_number', 'flows.net_usd', 'flows.cumulative_usd'
        ) }} as paid_back_after_months
    from flows
    inner join scenarios on flows.scenario = scenarios.scenario
),

summed as (
    select
        initiative_id,
        scenario,
        min(first_month) as first_month,
        cast(1 + max(month_number) as bigint) as months,
        {{ strict_sum('present_value_usd') }} as npv_usd,
        min(paid_back_after_months) as payback_months,
        min(cumulative_usd) as lowest_cumulative_usd,
        {{ strict_sum('benefit_usd') }} as total_benefit_usd,
        {{ strict_sum('cost_usd') }} as total_cost_usd
    from discounted
    group by initiative_id, scenario
),

published as (
    select
        summed.initiative_id,
        summed.scenario,
        scenarios.annual_discount_rate,
        scenarios.benefit_factor,
        scenarios.cost_factor,
        summed.first_month,
        summed.months,
        {{ usd('summed.npv_usd') }} as npv_usd,
        summed.payback_months,
        {{ usd('summed.lowest_cumulative_usd') }} as lowest_cumulative_usd,
        {{ usd('summed.total_benefit_usd') }} as total_benefit_usd,
        {{ usd('summed.total_cost_usd') }} as total_cost_usd
    from summed
    inner join scenarios on summed.scenario = scenarios.scenario
)

select * from published
