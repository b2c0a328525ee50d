with source as (
    select * from {{ source('raw', 'github_copilot_billing') }}
),

latest as (
    {{ latest_by_key('source', [
        'usage_date',
        'user_key',
        'product',
        'sku',
        'model',
        'unit_type',
        'organization',
        'repository',
        'cost_center_name',
    ]) }}
),

renamed as (
    select
        usage_date as charge_date,
        product,
        net_amount as net_amount_usd,
        coalesce(user_key, '') as user_key,
        coalesce(sku, '') as sku,
        coalesce(model, '') as model,
        coalesce(unit_type, '') as unit_type,
        coalesce(organization, '') as organization,
        coalesce(repository, '') as repository,
        coalesce(cost_center_name, '') as cost_center
    from latest
)

select * from renamed
