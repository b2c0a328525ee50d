with contracts as (
    select * from {{ ref('contracts') }}
),

agents as (
    select * from {{ ref('agents') }}
),

-- A contract names its agent; where it does not, the agents name their contract.
linked as (
    select
        contract_id,
        agent_id
    from contracts
    where agent_id is not null
    union all
    select
        contracts.contract_id,
        agents.agent_id
    from contracts
    inner join agents on contracts.contract_id = agents.contract_id
    where contracts.agent_id is null
)

select * from linked
