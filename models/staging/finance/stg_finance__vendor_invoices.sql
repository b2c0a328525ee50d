with source as (
    select * from {{ source('raw', 'vendor_invoices') }}
),

latest as (
    {{ latest_by_key('source', ['invoice_id'], ['period_end']) }}
),

renamed as (
    select
        invoice_id,
        contract_id,
        period_start,
        billed_outcomes,
        amount,
        currency,
        greatest(period_start, period_end) as period_end
    from latest
)

select * from renamed
