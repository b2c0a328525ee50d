with source as (
    select * from {{ source('raw', 'fx_rates') }}
),

latest as (
    {{ latest_by_key('source', ['rate_date', 'currency']) }}
),

renamed as (
    select
        rate_date,
        currency,
        usd_per_unit
    from latest
)

select * from renamed
