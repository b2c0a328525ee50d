with business_events as (
    select * from {{ ref('stg_operations__business_events') }}
    where event_date <= {{ as_of_date() }}
),

deployments as (
    select * from {{ ref('stg_operations__deployments') }}
    where is_production and deployed_date <= {{ as_of_date() }}
),

incidents as (
    select * from {{ ref('stg_operations__incidents') }}
    where detected_date <= {{ as_of_date() }}
),

events as (
    select
        event_id,
        'business_event' as source,
        event_date,
        kind,
        title,
        workflow_id,
        agent_id,
        model_id
    from business_events
    union all
    select
        deployment_id as event_id,
        'deployment' as source,
        deployed_date as event_date,
        case
            when not is_successful then 'failed release'
            when rolled_back_deployment_id is not null then 'rollback'
            else 'release'
        end as kind,
        concat(model_id, ' ', version) as title,
        cast(null as string) as workflow_id,
        cast(null as string) as agent_id,
        model_id
    from deployments
    union all
    select
        incident_id as event_id,
        'incident' as source,
        detected_date as event_date,
        'incident' as kind,
        concat(severity, ': ', coalesce(cause, 'unknown cause')) as title,
        cast(null as string) as workflow_id,
        agent_id,
        model_id
    from incidents
)

select * from events
