with counted as (
    select
        model_id,
        hour_start,
        sum(predictions) as predictions
    from {{ ref('int_predictions_by_hour') }}
    where predicted_date <= {{ as_of_date() }}
    group by model_id, hour_start
),

-- Hours without gaps: a rolling mean must not skip the idle ones.
spans as (
    select
        model_id,
        {{ each_hour(
            'min(hour_start)',
            'cast(' ~ add_days(as_of_date(), 1) ~ ' as timestamp)',
        ) }} as hour_start
    from counted
    group by model_id
),

hours as (
    select
        spans.model_id,
        spans.hour_start,
        cast(coalesce(counted.predictions, 0) as bigint) as predictions
    from spans
    left join counted
        on
            spans.model_id = counted.model_id
            and spans.hour_start = counted.hour_start
    where cast(spans.hour_start as date) <= {{ as_of_date() }}
),

rolled as (
    select
        model_id,
        hour_start,
        predictions,
        {{ ratio('sum(predictions) over last_day', 'count(*) over last_day') }}
            as rolling_24h_avg,
        {{ rolling_percentile('predictions', 0.95, 'last_week') }} as p95_7d
    from hours
    window
        last_day as (
            partition by model_id order by hour_start
            rows between 23 preceding and current row
        ),
        last_week as (
            partition by model_id order by hour_start
            rows between 167 preceding and current row
        )
),

judged as (
    select
        *,
        predictions > p95_7d as is_peak
    from rolled
)

select * from judged
