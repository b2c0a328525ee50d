with outputs as (
    select * from {{ ref('int_contract_outputs_by_month') }}
),

contracts as (
    select * from {{ ref('contracts') }}
),

invoiced as (
    select
        contract_id,
        {{ month_start('invoice_date') }} as month_start,
        {{ strict_sum('amount_usd') }} as invoiced_usd,
        {{ strict_sum('billed_outcomes') }} as billed_outcomes
    from {{ ref('int_invoices_by_day') }}
    group by contract_id, {{ month_start('invoice_date') }}
),

priced as (
    select
        outputs.*,
        contracts.vendor,
        contracts.price_per_outcome_usd,
        contracts.monthly_minimum_usd,
        contracts.monthly_cap_usd,
        contracts.accuracy_floor,
        contracts.credit_rate,
        invoiced.invoiced_usd,
        invoiced.billed_outcomes,
        invoiced.contract_id is not null as is_invoiced,
        {{ wilson_high('outputs.reviews_accepted', 'outputs.reviews_random') }}
            as accuracy_high,
        cast(contracts.price_per_outcome_usd as double)
        * cast(outputs.outputs_verified as double) as gross
    from outputs
    inner join contracts on outputs.contract_id = contracts.contract_id
    left join invoiced
        on
            outputs.contract_id = invoiced.contract_id
            and outputs.month_start = invoiced.month_start
),

-- A credit is due only where even the favourable end is below what was promised.
credited as (
    select
        *,
        coalesce(accuracy_high < accuracy_floor, false) as is_credited,
        case
            when gross is not null
                then greatest(
                    least(gross, cast(monthly_cap_usd as double)),
                    cast(coalesce(monthly_minimum_usd, 0) as double)
                )
        end as bounded
    from priced
),

settled as (
    select
        *,
        bounded * case when is_credited then 1 - credit_rate else 1 end as payable
    from credited
),

published as (
    select
        contract_id,
        month_start,
        vendor,
        outputs_verified,
        outputs_verified_low,
        {{ usd('price_per_outcome_usd') }} as price_per_outcome_usd,
        {{ usd('gross') }} as gross_usd,
        {{ usd('monthly_minimum_usd') }} as monthly_minimum_usd,
        {{ usd('monthly_cap_usd') }} as monthly_cap_usd,
        reviews_random,
        reviews_accepted,
        accuracy_high,
        accuracy_floor,
        is_credited,
        {{ usd('payable') }} as payable_usd,
        {{ usd('invoiced_usd') }} as invoiced_usd,
        billed_outcomes,
        {{ usd('cast(invoiced_usd as double) - payable') }} as variance_usd,
        case
            when not is_final or payable is null then null
            when not is_invoiced then 'not invoiced'
            when
                abs(cast(invoiced_usd as double) - payable)
                <= {{ threshold('invoice_tolerance') }} * payable
                then 'agreed'
            when cast(invoiced_usd as double) > payable then 'overbilled'
            when cast(invoiced_usd as double) < payable then 'underbilled'
        end as status,
        is_final
    from settled
)

select * from published
