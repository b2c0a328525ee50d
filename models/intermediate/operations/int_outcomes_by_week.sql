with outcomes as (
    select
        *,
        {{ week_start('predicted_date') }} as week_start,
        labeled_date <= {{ as_of_date() }} as is_labeled
    from {{ ref('int_predictions_by_outcome') }}
    where predicted_date <= {{ as_of_date() }}
),

-- A label that comes after the as-of date is not known yet.
known as (
    select
        model_id,
        cohort,
        week_start,
        task,
        predictions,
        case when is_labeled then predictions else 0 end as n_labeled,
        case when is_labeled then predicted_label else '' end as predicted_label,
        case when is_labeled then actual_label else '' end as actual_label,
        case when is_labeled then absolute_error else 0 end as absolute_error,
        case when is_labeled then squared_error else 0 end as squared_error
    from outcomes
),

in_every_view as (
    select * from known
    union all
    select
        model_id,
        'all' as cohort,
        week_start,
        task,
        predictions,
        n_labeled,
        predicted_label,
        actual_label,
        absolute_error,
        squared_error
    from known
),

weekly as (
    select
        model_id,
        cohort,
        week_start,
        task,
        predicted_label,
        actual_label,
        cast(sum(predictions) as bigint) as predictions,
        cast(sum(n_labeled) as bigint) as n_labeled,
        cast(sum(absolute_error) as decimal(38, 12)) as absolute_error,
        cast(sum(squared_error) as decimal(38, 12)) as squared_error
    from in_every_view
    group by model_id, cohort, week_start, task, predicted_label, actual_label
)

select * from weekly
