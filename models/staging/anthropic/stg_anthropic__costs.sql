with source as (
    select * from {{ source('raw', 'anthropic_costs') }}
),

latest as (
    {{ latest_by_key('source', [
        'started_at',
        'workspace_id',
        'description',
        'model',
        'token_type',
        'service_tier',
        'context_window',
    ]) }}
),

renamed as (
    select
        started_at,
        amount,
        cast(started_at as date) as charge_date,
        coalesce(workspace_id, '') as workspace_id,
        coalesce(description, '') as description,
        coalesce(model, '') as model,
        coalesce(token_type, '') as token_type,
        coalesce(service_tier, '') as service_tier,
        coalesce(context_window, '') as context_window,
        upper(currency) as currency
    from latest
)

select * from renamed
