with source as (
    select * from {{ source('raw', 'openai_costs') }}
),

latest as (
    {{ latest_by_key(
        'source', ['started_at', 'project_id', 'line_item', 'api_key_id']
    ) }}
),

renamed as (
    select
        started_at,
        amount,
        cast(started_at as date) as charge_date,
        coalesce(project_id, '') as project_id,
        coalesce(line_item, '') as line_item,
        coalesce(api_key_id, '') as api_key_id,
        upper(currency) as currency
    from latest
)

select * from renamed
