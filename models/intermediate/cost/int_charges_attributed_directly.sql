with charges as (
    select * from {{ ref('int_charges_classified') }}
    where attribution <> 'none'
),

agents as (
    select * from {{ ref('agents') }}
),

accounts as (
    select * from {{ ref('agent_accounts') }}
),

models as (
    select * from {{ ref('models') }}
),

named as (
    select distinct
        charge_date,
        provider,
        sub_account_id,
        tags,
        {{ json_text('tags', 'agent_id') }} as tagged_agent_id,
        {{ json_text('tags', 'workflow_id') }} as tagged_workflow_id,
        {{ json_text('tags', 'model_id') }} as tagged_model_id
    from charges
),

-- The most telling name wins: the agent, even one nobody registered, its account, then
-- its workflow or model.
resolved as (
    select
        named.*,
        coalesce(
            named.tagged_agent_id,
            accounts.agent_id,
            account_models.agent_id,
            case when named.tagged_workflow_id is null then tagged_models.agent_id end
        ) as named_agent_id
    from named
    left join accounts
        on
            named.provider = accounts.provider
            and named.sub_account_id = accounts.account
    left join models as account_models on accounts.model_id = account_models.model_id
    left join models as tagged_models
        on named.tagged_model_id = tagged_models.model_id
),

targets as (
    select
        charge_date,
        provider,
        sub_account_id,
        tags,
        named_agent_id as agent_id,
        cast(1 as bigint) as agents_sharing
    from resolved
    where named_agent_id is not null
    union all
    select
        resolved.charge_date,
        resolved.provider,
        resolved.sub_account_id,
        resolved.tags,
        agents.agent_id,
        count(*) over (
            partition by
                resolved.charge_date,
                resolved.provider,
                resolved.sub_account_id,
                resolved.tags
        ) as agents_sharing
    from resolved
    inner join agents
        on
            resolved.tagged_workflow_id = agents.workflow_id
            and resolved.charge_date >= agents.deployed_on
    where resolved.named_agent_id is null
)

select * from targets
