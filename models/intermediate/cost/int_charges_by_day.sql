{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('charge_date'),
    pre_hook="{{ delete_touched('charge_date', touched_charge_dates()) }}",
    meta={'heavy': true},
) }}

with charges as (
    select * from {{ ref('stg_focus__charges') }}
),

spread as (
    select
        *,
        {{ each_day('first_date', 'last_date') }} as charge_date
    from charges
),

dated as (
    select
        *,
        {{ daily_share('effective_cost', 'days', 'charge_date', 'last_date') }}
            as effective_share,
        {{ daily_share('billed_cost', 'days', 'charge_date', 'last_date') }}
            as billed_share
    from spread
    {{ only_touched('charge_date', touched_charge_dates()) }}
),

daily as (
    select
        charge_date,
        provider,
        currency,
        service_category,
        service_name,
        sub_account_id,
        resource_type,
        commitment_discount_status,
        tags,
        cast(sum(effective_share) as decimal(38, 18)) as effective_cost,
        cast(sum(billed_share) as decimal(38, 18)) as billed_cost
    from dated
    group by
        charge_date,
        provider,
        currency,
        service_category,
        service_name,
        sub_account_id,
        resource_type,
        commitment_discount_status,
        tags
)

select * from daily
