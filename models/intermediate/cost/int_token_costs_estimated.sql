with tokens as (
    select * from {{ ref('int_tokens_by_agent_day') }}
),

billed as (
    select distinct
        provider,
        charge_date
    from {{ ref('int_charges_classified') }}
),

-- Where no bill covers the day, list prices stand in for it, and the cost says so.
estimated as (
    select
        tokens.agent_id,
        tokens.usage_date as cost_date,
        tokens.model,
        tokens.list_cost_usd as cost_usd,
        coalesce(tokens.billed_by, tokens.model_provider) as provider
    from tokens
    left join billed
        on
            tokens.billed_by = billed.provider
            and tokens.usage_date = billed.charge_date
    where billed.provider is null
)

select * from estimated
