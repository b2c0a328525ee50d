with source as (
    select * from {{ source('raw', 'deployments') }}
),

latest as (
    {{ latest_by_key('source', ['deployment_id'], ['deployed_at']) }}
),

renamed as (
    select
        deployment_id,
        model_id,
        version,
        environment,
        committed_at,
        deployed_at,
        rolls_back as rolled_back_deployment_id,
        cast(deployed_at as date) as deployed_date,
        environment = 'production' as is_production,
        status = 'success' as is_successful
    from latest
)

select * from renamed
