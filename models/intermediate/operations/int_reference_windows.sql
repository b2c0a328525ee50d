{{ config(meta={'compared': true}) }}

with models as (
    select * from {{ ref('models') }}
),

windows as (
    select
        model_id,
        reference_start,
        reference_end
    from models
    where reference_start <= reference_end
)

select * from windows
