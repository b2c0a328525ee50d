with charges as (
    select
        charge_date,
        provider,
        sub_account_id,
        tags,
        component,
        attribution,
        {{ strict_sum('cost_usd', 'decimal(38, 18)') }} as cost_usd
    from {{ ref('int_charges_classified') }}
    group by charge_date, provider, sub_account_id, tags, component, attribution
),

targets as (
    select * from {{ ref('int_charges_attributed_directly') }}
),

drivers as (
    select * from {{ ref('int_cost_drivers_by_agent_day') }}
),

direct as (
    select
        charges.*,
        targets.agent_id as direct_agent_id,
        targets.agents_sharing
    from charges
    left join targets
        on
            charges.charge_date = targets.charge_date
            and charges.provider = targets.provider
            and charges.sub_account_id = targets.sub_account_id
            and charges.tags = targets.tags
            and charges.attribution <> 'none'
),

shared as (
    select
        direct.*,
        drivers.agent_id as shared_agent_id,
        drivers.driver,
        sum(drivers.driver) over (
            partition by
                direct.charge_date,
                direct.provider,
                direct.sub_account_id,
                direct.tags,
                direct.component,
                direct.attribution
        ) as total_driver
    from direct
    left join drivers
        on
            direct.direct_agent_id is null
            and direct.attribution = drivers.attribution
            and direct.charge_date = drivers.driver_date
            and direct.provider = coalesce(drivers.provider, direct.provider)
),

-- Every dollar ends with an agent or, where nothing says whose it is, unallocated.
allocated as (
    select
        charge_date as cost_date,
        provider,
        component,
        coalesce(direct_agent_id, shared_agent_id, 'unallocated') as agent_id,
        case
            when direct_agent_id is not null then 'direct'
            when shared_agent_id is not null then attribution
            else 'none'
        end as attribution,
        cast(driver as decimal(28, 12)) as driver,
        case
            when direct_agent_id is not null and agents_sharing > 1
                then cast(cast(cost_usd as double) / agents_sharing as decimal(28, 12))
            when shared_agent_id is not null
                then cast(
                    cast(cost_usd as double) * {{ ratio('driver', 'total_driver') }}
                    as decimal(28, 12)
                )
            else cost_usd
        end as cost_usd
    from shared
)

select * from allocated
