{{ config(materialized='view') }}

with source as (
    select * from {{ source('raw', 'focus') }}
),

renamed as (
    select
        source.provider_name as provider,
        source.billing_currency as currency,
        source.charge_category,
        {{ charge_first_date('source') }} as first_date,
        {{ charge_last_date('source') }} as last_date,
        source.effective_cost,
        source.billed_cost,
        coalesce(source.service_category, '') as service_category,
        coalesce(source.service_name, '') as service_name,
        coalesce(source.sub_account_id, '') as sub_account_id,
        coalesce(source.resource_type, '') as resource_type,
        coalesce(source.commitment_discount_status, '') as commitment_discount_status,
        coalesce(source.tags, '{}') as tags,
        1 + {{ days_between(charge_first_date('source'), charge_last_date('source')) }}
            as days
    from source
)

select * from renamed
