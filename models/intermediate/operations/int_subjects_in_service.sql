with models as (
    select * from {{ ref('models') }}
),

agents as (
    select * from {{ ref('agents') }}
),

incidents as (
    select * from {{ ref('int_incidents_by_subject') }}
    where subject_type = 'model'
),

signs as (
    select
        model_id,
        deployed_date as sign_date
    from {{ ref('stg_operations__deployments') }}
    where is_production and is_successful
    union all
    select
        model_id,
        predicted_date as sign_date
    from {{ ref('int_predictions_by_hour') }}
    union all
    select
        subject_id as model_id,
        cast(down_from as date) as sign_date
    from incidents
),

first_days as (
    select
        'model' as subject_type,
        models.model_id as subject_id,
        models.availability_slo,
        min(signs.sign_date) as first_date
    from models
    inner join signs on models.model_id = signs.model_id
    where signs.sign_date <= {{ as_of_date() }}
    group by models.model_id, models.availability_slo
    union all
    select
        'agent' as subject_type,
        agent_id as subject_id,
        cast(null as double) as availability_slo,
        deployed_on as first_date
    from agents
    where deployed_on <= {{ as_of_date() }}
)

select * from first_days
