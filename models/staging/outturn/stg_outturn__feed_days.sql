with source as (
    select * from {{ source('raw', 'feed_days') }}
),

renamed as (
    select
        feed,
        event_date,
        row_count
    from source
)

select * from renamed
