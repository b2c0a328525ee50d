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

-- The most telling name wins: the agent, its account, then its workflow or model.
resolved as (
    select
        named.*,
        coalesce(
            tagged_agents.agent_id,
            accounts.agent_id,
            account_models.agent_id,
            case when named.tagged_workflow_id is null then tagged_models.agent_id end
        ) as named_agent_id
    from named
    left join agents as tagged_agents on named.tagged_agent_id = tagged_agents.agent_id
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
            resolved.named_agent_id = agents.agent_id
            or (
                resolved.named_agent_id is null
                and resolved.tagged_workflow_id = agents.workflow_id
                and resolved.charge_date >= agents.deployed_on
            )
)

select * from targets
