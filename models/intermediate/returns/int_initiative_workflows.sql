with models as (
    select * from {{ ref('models') }}
),

agents as (
    select * from {{ ref('agents') }}
),

linked as (
    select distinct
        models.initiative_id,
        agents.workflow_id
    from models
    inner join agents on models.agent_id = agents.agent_id
    where models.initiative_id is not null
),

-- What a workflow brings is told once: initiatives that name the same one share it.
shared as (
    select
        initiative_id,
        workflow_id,
        cast(1 as double) / count(*) over (partition by workflow_id) as workflow_share
    from linked
)

select * from shared
