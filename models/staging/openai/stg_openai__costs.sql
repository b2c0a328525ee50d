with source as (
    select * from {{ source('raw', 'openai_costs') }}
),

latest as (
    {{ latest_by_key('source', ['started_at', 'project_id', 'line_item']) }}
),

renamed as (
    select
        started_at,
        amount,
        quantity,
        cast(started_at as date) as charge_date,
        coalesce(project_id, '') as project_id,
        coalesce(line_item, '') as line_item,
        upper(currency) as currency
    from latest
)

select * from renamed
