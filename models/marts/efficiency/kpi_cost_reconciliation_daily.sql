with charges as (
    select * from {{ ref('int_charges_classified') }}
),

costs as (
    select * from {{ ref('fct_agent_costs_daily') }}
    where not is_estimated and provider <> 'internal'
),

billed as (
    select
        provider,
        charge_date as cost_date,
        {{ strict_sum('cost_usd', 'decimal(38, 18)') }} as billed_usd
    from charges
    group by provider, charge_date
),

placed as (
    select
        provider,
        cost_date,
        {{ strict_sum(
            "case when agent_id <> 'unallocated' then cost_usd else 0 end"
        ) }} as allocated_usd,
        {{ strict_sum(
            "case when agent_id = 'unallocated' then cost_usd else 0 end"
        ) }} as unallocated_usd
    from costs
    group by provider, cost_date
),

reconciled as (
    select
        coalesce(billed.provider, placed.provider) as provider,
        coalesce(billed.cost_date, placed.cost_date) as cost_date,
        {% for part in ['allocated', 'unallocated'] %}
            {{ usd(
                'case when placed.provider is null then 0 else placed.' ~ part
                ~ '_usd end'
            ) }} as {{ part }}_usd,
        {% endfor %}
        {{ usd('case when billed.provider is null then 0 else billed.billed_usd end') }}
            as billed_usd
    from billed
    full outer join placed
        on
            billed.provider = placed.provider
            and billed.cost_date = placed.cost_date
),

compared as (
    select
        *,
        {{ usd('billed_usd - allocated_usd - unallocated_usd') }} as difference_usd
    from reconciled
)

select * from compared
