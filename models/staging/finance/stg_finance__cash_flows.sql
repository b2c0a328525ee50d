with source as (
    select * from {{ source('raw', 'cash_flows') }}
),

latest as (
    {{ latest_by_key('source', ['initiative_id', 'month', 'kind', 'status']) }}
),

renamed as (
    select
        initiative_id,
        kind,
        status,
        amount_usd,
        {{ month_start('month') }} as month_start
    from latest
)

select * from renamed
