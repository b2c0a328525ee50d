{{ config(materialized='view') }}

with source as (
    select * from {{ source('raw', 'langfuse') }}
    where type is null and data_type is null
),

renamed as (
    select
        told_at as started_at,
        environment as deployment_environment,
        agent_id,
        workflow_id,
        work_item_id,
        team_id,
        person_key,
        _file,
        _row,
        _loaded_at,
        lower(trace_id) as trace_id
    from source
)

select * from renamed
