{{ config(materialized='view') }}

-- Later rows of a prediction replace earlier ones where predictions are counted, among
-- the touched ones only: ranking all ever received would make a night cost what all
-- nights brought.
with source as (
    select * from {{ source('raw', 'predictions') }}
),

renamed as (
    select
        prediction_id,
        model_id,
        predicted_at,
        task,
        predicted_label,
        predicted_value,
        score,
        actual_label,
        actual_value,
        labeled_at,
        features,
        _file,
        _file_sha256,
        _row,
        _loaded_at,
        cast(predicted_at as date) as predicted_date,
        coalesce(instance_type, 'unknown') as instance_type,
        coalesce(cohort, 'unknown') as cohort
    from source
)

select * from renamed
