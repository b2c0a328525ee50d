with charges as (
    select * from {{ ref('int_charges_allocated') }}
),

estimates as (
    select * from {{ ref('int_token_costs_estimated') }}
),

oversight as (
    select * from {{ ref('int_oversight_by_agent_day') }}
),

amortized as (
    select
        *,
        {{ add_months('deployed_on', 'amortization_months') }} as amortized_until
    from {{ ref('agents') }}
    where deployed_on <= {{ as_of_date() }} and integration_cost_usd > 0
),

integration as (
    select
        agent_id,
        {{ each_day(
            'deployed_on',
            'least(' ~ as_of_date() ~ ', cast(' ~ add_days('amortized_until', -1) ~ ' as date))'
        ) }} as cost_date,
        cast(
            cast(integration_cost_usd as double)
            / {{ days_between('deployed_on', 'amortized_until') }} as decimal(38, 18)
        ) as cost_usd
    from amortized
),

entries as (
    select
        agent_id,
        cost_date,
        provider,
        component,
        attribution,
        driver,
        cost_usd,
        false as is_estimated
    from charges
    union all
    select
        agent_id,
        cost_date,
        provider,
        'compute' as component,
        'direct' as attribution,
        cast(null as decimal(28, 12)) as driver,
        cast(cost_usd as decimal(38, 18)) as cost_usd,
        true as is_estimated
    from estimates
    union all
    select
        agent_id,
        cost_date,
        'internal' as provider,
        'integration' as component,
        'direct' as attribution,
        cast(null as decimal(28, 12)) as driver,
        cost_usd,
        false as is_estimated
    from integration
    union all
    select
        agent_id,
        work_date as cost_date,
        'internal' as provider,
        'oversight' as component,
        'direct' as attribution,
        cast(oversight_hours as decimal(28, 12)) as driver,
        cast(oversight_cost_usd as decimal(38, 18)) as cost_usd,
        false as is_estimated
    from oversight
),

daily as (
    select
        agent_id,
        cost_date,
        provider,
        component,
        attribution,
        is_estimated,
        max(driver) as driver,
        {{ strict_sum('cost_usd', 'decimal(38, 18)') }} as cost_usd
    from entries
    group by agent_id, cost_date, provider, component, attribution, is_estimated
)

select * from daily
