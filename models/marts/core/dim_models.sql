with models as (
    select * from {{ ref('models') }}
),

seen as (
    select model_id from {{ ref('int_predictions_by_hour') }}
    where predicted_date <= {{ as_of_date() }}
    union
    select model_id from {{ ref('stg_operations__deployments') }}
    where deployed_date <= {{ as_of_date() }}
    union
    select subject_id as model_id from {{ ref('int_incidents_by_subject') }}
    where subject_type = 'model'
    union
    select model_id from {{ ref('int_model_costs_by_day') }}
    union
    select model_id from models
),

described as (
    select
        seen.model_id,
        models.name,
        models.kind,
        models.initiative_id,
        models.agent_id,
        models.positive_label,
        models.reference_start,
        models.reference_end,
        models.availability_slo,
        models.model_id is not null as is_registered
    from seen
    left join models on seen.model_id = models.model_id
)

select * from described
