{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('predicted_date'),
    pre_hook="{{ delete_touched('predicted_date', touched_prediction_dates()) }}",
    meta={'heavy': true},
) }}

with received as (
    select * from {{ ref('stg_operations__predictions') }}
    {{ only_touched('prediction_id', touched_predictions()) }}
),

latest as (
    {{ latest_by_key('received', ['prediction_id'], ['labeled_at']) }}
),

counted as (
    select
        model_id,
        instance_type,
        predicted_date,
        cast(date_trunc('hour', predicted_at) as timestamp) as hour_start,
        count(*) as predictions
    from latest
    {{ only_touched('predicted_date', touched_prediction_dates()) }}
    group by
        model_id,
        instance_type,
        predicted_date,
        cast(date_trunc('hour', predicted_at) as timestamp)
)

select * from counted
