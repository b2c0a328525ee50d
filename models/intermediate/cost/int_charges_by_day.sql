{{ config(
    materialized=heavy_materialization(),
    incremental_strategy='append',
    pre_hook="{{ delete_touched('charge_date', touched_charge_dates()) }}",
    meta={'heavy': true},
) }}

with charges as (
    select * from {{ ref('stg_focus__charges') }}
),

-- A charge covers its days evenly; what rounding leaves over falls on the last one.
-- The widths are those in which both engines subtract and multiply without rounding.
spread as (
    select
        *,
        cast(effective_cost as decimal(30, 18)) as effective_total,
        cast(billed_cost as decimal(30, 18)) as billed_total,
        cast(round(cast(effective_cost as double) / days, 9) as decimal(21, 9))
            as daily_effective,
        cast(round(cast(billed_cost as double) / days, 9) as decimal(21, 9))
            as daily_billed,
        cast(days - 1 as decimal(5, 0)) as earlier_days,
        {{ each_day('first_date', 'last_date') }} as charge_date
    from charges
),

touched as (
    select * from spread
    {{ only_touched('charge_date', touched_charge_dates()) }}
),

dated as (
    select
        *,
        case
            when charge_date = last_date
                then
                    effective_total
                    - cast(daily_effective * earlier_days as decimal(30, 18))
            else cast(daily_effective as decimal(30, 18))
        end as effective_share,
        case
            when charge_date = last_date
                then billed_total - cast(daily_billed * earlier_days as decimal(30, 18))
            else cast(daily_billed as decimal(30, 18))
        end as billed_share
    from touched
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
