with incidents as (
    select * from {{ ref('stg_operations__incidents') }}
    where detected_date <= {{ as_of_date() }}
),

-- What is resolved after the as-of date is not resolved yet.
known as (
    select
        incident_id,
        model_id,
        agent_id,
        severity,
        started_at,
        detected_at,
        detected_date,
        down_from,
        case when cast(resolved_at as date) <= {{ as_of_date() }} then resolved_at end
            as resolved_at
    from incidents
),

placed as (
    select
        known.*,
        'model' as subject_type,
        known.model_id as subject_id
    from known
    where known.model_id is not null
    union all
    select
        known.*,
        'agent' as subject_type,
        known.agent_id as subject_id
    from known
    where known.agent_id is not null
    union all
    select
        known.*,
        'none' as subject_type,
        'unknown' as subject_id
    from known
    where known.model_id is null and known.agent_id is null
)

select * from placed
