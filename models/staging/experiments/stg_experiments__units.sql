with source as (
    select * from {{ source('raw', 'experiment_units') }}
),

latest as (
    {{ latest_by_key('source', ['experiment_id', 'unit_id'], ['assigned_at']) }}
),

renamed as (
    select
        experiment_id,
        unit_id,
        arm,
        cluster_id,
        assigned_at
    from latest
)

select * from renamed
