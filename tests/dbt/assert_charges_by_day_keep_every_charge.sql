-- What a bill says in total is what its days say in total, to the last decimal.
with charges as (
    select
        provider,
        currency,
        sum(effective_cost) as effective_cost,
        sum(billed_cost) as billed_cost
    from {{ ref('stg_focus__charges') }}
    group by provider, currency
),

days as (
    select
        provider,
        currency,
        sum(effective_cost) as effective_cost,
        sum(billed_cost) as billed_cost
    from {{ ref('int_charges_by_day') }}
    group by provider, currency
)

select
    charges.effective_cost,
    days.effective_cost as effective_cost_by_day,
    coalesce(charges.provider, days.provider) as provider,
    coalesce(charges.currency, days.currency) as currency
from charges
full outer join days
    on charges.provider = days.provider and charges.currency = days.currency
where
    coalesce(charges.effective_cost, -1) <> coalesce(days.effective_cost, -2)
    or coalesce(charges.billed_cost, -1) <> coalesce(days.billed_cost, -2)
