{{ config(materialized='view') }}

with source as (
    select * from {{ source('raw', 'focus') }}
),

renamed as (
    select
        provider_name as provider,
        billing_currency as currency,
        charge_category,
        {{ charge_first_date('source') }} as first_date,
        {{ charge_last_date('source') }} as last_date,
        effective_cost,
        billed_cost,
        coalesce(service_category, '') as service_category,
        coalesce(service_name, '') as service_name,
        coalesce(sub_account_id, '') as sub_account_id,
        coalesce(resource_type, '') as resource_type,
        coalesce(commitment_discount_status, '') as commitment_discount_status,
        coalesce(tags, '{}') as tags,
        1 + {{ days_between(charge_first_date('source'), charge_last_date('source')) }}
            as days
    from source
)

select * from renamed
