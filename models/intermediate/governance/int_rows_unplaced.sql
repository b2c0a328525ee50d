with hours as (
    select * from {{ ref('int_hours_costed') }}
    where department is null
),

charges as (
    select * from {{ ref('int_charges_classified') }}
    where cost_usd is null and source <> 'vendor_invoices'
),

invoices as (
    select * from {{ ref('int_invoices_by_day') }}
    where amount_usd is null
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

rates as (
    select * from {{ ref('int_fx_rates_by_period') }}
),

unplaced as (
    select
        'timesheets' as feed,
        count(*) as rows_without_position,
        0 as rows_without_rate
    from hours
    union all
    select
        source as feed,
        0 as rows_without_position,
        count(*) as rows_without_rate
    from charges
    group by source
    union all
    select
        'vendor_invoices' as feed,
        0 as rows_without_position,
        count(*) as rows_without_rate
    from invoices
    union all
    select
        'hr_positions' as feed,
        0 as rows_without_position,
        count(*) as rows_without_rate
    from positions
    left join rates
        on
            positions.currency = rates.currency
            and positions.date_day >= rates.valid_from
            and positions.date_day < rates.valid_to
    where rates.currency is null
)

select * from unplaced
