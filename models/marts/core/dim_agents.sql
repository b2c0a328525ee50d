with agents as (
    select * from {{ ref('agents') }}
),

seen as (
    select agent_id from {{ ref('int_agent_weeks') }}
    union
    select agent_id from {{ ref('int_agent_costs_by_day') }}
    where agent_id <> 'unallocated'
    union
    select agent_id from agents
),

described as (
    select
        seen.agent_id,
        agents.name,
        agents.workflow_id,
        agents.vendor,
        agents.deployed_on,
        cast(agents.integration_cost_usd as decimal(18, 6)) as integration_cost_usd,
        agents.amortization_months,
        agents.contract_id,
        agents.owner_role,
        agents.agent_id is not null as is_registered
    from seen
    left join agents on seen.agent_id = agents.agent_id
)

select * from described
