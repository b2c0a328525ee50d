with charges as (
    select * from {{ ref('int_charges_classified') }}
    where component = 'compute'
),

accounts as (
    select * from {{ ref('agent_accounts') }}
),

named as (
    select
        charges.charge_date as cost_date,
        charges.resource_type,
        charges.cost_usd,
        coalesce({{ json_text('charges.tags', 'model_id') }}, accounts.model_id)
            as model_id
    from charges
    left join accounts
        on
            charges.provider = accounts.provider
            and charges.sub_account_id = accounts.account
),

daily as (
    select
        model_id,
        resource_type,
        cost_date,
        {{ strict_sum('cost_usd', 'decimal(38, 18)') }} as cost_usd
    from named
    where model_id is not null
    group by model_id, resource_type, cost_date
)

select * from daily
