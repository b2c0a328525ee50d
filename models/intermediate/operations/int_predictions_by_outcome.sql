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

judged as (
    select
        *,
        case
            when task = 'classification'
                then predicted_label is not null and actual_label is not null
            else predicted_value is not null and actual_value is not null
        end as is_labeled,
        abs(predicted_value - actual_value) as deviation
    from latest
    {{ only_touched('predicted_date', touched_prediction_dates()) }}
),

described as (
    select
        model_id,
        cohort,
        task,
        predicted_date,
        case
            when is_labeled then coalesce(cast(labeled_at as date), predicted_date)
            else cast('9999-12-31' as date)
        end as labeled_date,
        case
            when is_labeled and task = 'classification' then predicted_label
            else ''
        end as predicted_label,
        case
            when is_labeled and task = 'classification' then actual_label
            else ''
        end as actual_label,
        case
            when not is_labeled or task = 'classification' then 0
            else deviation
        end as deviation
    from judged
),

counted as (
    select
        model_id,
        cohort,
        task,
        predicted_date,
        labeled_date,
        predicted_label,
        actual_label,
        cast(sum(cast(deviation as decimal(38, 12))) as decimal(38, 12))
            as absolute_error,
        cast(sum(cast(deviation * deviation as decimal(38, 12))) as decimal(38, 12))
            as squared_error,
        count(*) as predictions
    from described
    group by
        model_id,
        cohort,
        task,
        predicted_date,
        labeled_date,
        predicted_label,
        actual_label
)

select * from counted
