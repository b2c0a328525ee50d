with invoices as (
    select * from {{ ref('stg_finance__vendor_invoices') }}
),

rates as (
    select * from {{ ref('int_fx_rates_by_period') }}
),

spread as (
    select
        *,
        1 + {{ days_between('period_start', 'period_end') }} as days,
        {{ each_day('period_start', 'period_end') }} as invoice_date
    from invoices
),

dated as (
    select
        *,
        {{ daily_share('amount', 'days', 'invoice_date', 'period_end') }}
            as amount_share,
        {{ daily_share('billed_outcomes', 'days', 'invoice_date', 'period_end') }}
            as outcomes_share
    from spread
    where invoice_date <= {{ as_of_date() }}
),

daily as (
    select
        contract_id,
        currency,
        invoice_date,
        cast(sum(amount_share) as decimal(38, 18)) as amount,
        {{ strict_sum('outcomes_share') }} as billed_outcomes
    from dated
    group by contract_id, currency, invoice_date
),

converted as (
    select
        daily.contract_id,
        daily.currency,
        daily.invoice_date,
        daily.amount,
        daily.billed_outcomes,
        cast(
            cast(daily.amount as double) * cast(rates.usd_per_unit as double)
            as decimal(28, 12)
        ) as amount_usd
    from daily
    left join rates
        on
            daily.currency = rates.currency
            and daily.invoice_date >= rates.valid_from
            and daily.invoice_date < rates.valid_to
)

select * from converted
