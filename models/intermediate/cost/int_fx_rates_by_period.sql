with rates as (
    select * from {{ ref('stg_finance__fx_rates') }}
),

-- A day without a rate takes the last one before it.
quoted as (
    select
        currency,
        usd_per_unit,
        rate_date as valid_from,
        coalesce(
            lead(rate_date) over (partition by currency order by rate_date),
            date '2999-12-31'
        ) as valid_to
    from rates
    where currency <> 'USD'
),

dollar as (
    select
        'USD' as currency,
        cast(1 as decimal(18, 9)) as usd_per_unit,
        date '1900-01-01' as valid_from,
        date '2999-12-31' as valid_to
),

periods as (
    select * from quoted
    union all
    select * from dollar
)

select * from periods
