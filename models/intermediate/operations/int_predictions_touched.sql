with changed as (
    select * from {{ source('raw', 'predictions__changed') }}
),

received as (
    select * from {{ ref('stg_operations__predictions') }}
),

-- Where a row of a prediction came or went, another of its rows may count now, or no
-- more.
touched as (
    select
        model_id,
        cast(predicted_at as date) as predicted_date
    from changed
    union
    select
        model_id,
        predicted_date
    from received
    where prediction_id in (select changed.prediction_id from changed)
)

select * from touched
