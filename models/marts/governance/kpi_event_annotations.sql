with events as (
    select * from {{ ref('int_events_dated') }}
),

models as (
    select * from {{ ref('models') }}
),

agents as (
    select * from {{ ref('agents') }}
),

-- What happens to a model touches the agent that uses it, and what happens to an agent
-- its workflow.
agents_touched as (
    select
        source,
        event_id,
        agent_id
    from events
    where agent_id is not null
    union
    select
        events.source,
        events.event_id,
        models.agent_id
    from events
    inner join models on events.model_id = models.model_id
    where models.agent_id is not null
),

subjects as (
    select
        source,
        event_id,
        'model' as subject_type,
        model_id as subject_id
    from events
    where model_id is not null
    union
    select
        source,
        event_id,
        'agent' as subject_type,
        agent_id as subject_id
    from agents_touched
    union
    select
        agents_touched.source,
        agents_touched.event_id,
        'workflow' as subject_type,
        agents.workflow_id as subject_id
    from agents_touched
    inner join agents on agents_touched.agent_id = agents.agent_id
    union
    select
        source,
        event_id,
        'workflow' as subject_type,
        workflow_id as subject_id
    from events
    where workflow_id is not null
    union
    select
        source,
        event_id,
        'company' as subject_type,
        'company' as subject_id
    from events
    where coalesce(workflow_id, agent_id, model_id) is null
),

annotated as (
    select
        events.event_id,
        events.source,
        events.event_date,
        events.kind,
        events.title,
        subjects.subject_type,
        subjects.subject_id
    from subjects
    inner join events
        on subjects.source = events.source and subjects.event_id = events.event_id
)

select * from annotated
