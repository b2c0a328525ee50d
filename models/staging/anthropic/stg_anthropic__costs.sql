with source as (
    select * from {{ source('raw', 'anthropic_costs') }}
),

latest as (
    {{ latest_by_key('source', ['started_at', 'workspace_id', 'description']) }}
),

renamed as (
    select
        started_at,
        amount,
        cast(started_at as date) as charge_date,
        coalesce(workspace_id, '') as workspace_id,
        coalesce(description, '') as description,
        upper(currency) as currency
    from latest
)

select * from renamed
