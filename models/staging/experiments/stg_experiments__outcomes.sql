with source as (
    select * from {{ source('raw', 'experiment_outcomes') }}
),

latest as (
    {{ latest_by_key('source', ['experiment_id', 'unit_id', 'metric', 'period']) }}
),

renamed as (
    select
        experiment_id,
        unit_id,
        metric,
        period,
        value
    from latest
)

select * from renamed
