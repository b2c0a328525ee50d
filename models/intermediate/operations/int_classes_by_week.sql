with outcomes as (
    select * from {{ ref('int_outcomes_by_week') }}
    where task = 'classification' and n_labeled > 0
),

-- Every labeled prediction is one of the class it was given and one of the class it is.
sides as (
    select
        model_id,
        cohort,
        week_start,
        predicted_label as class_label,
        n_labeled as as_predicted,
        0 as as_actual,
        case when predicted_label = actual_label then n_labeled else 0 end as as_both
    from outcomes
    union all
    select
        model_id,
        cohort,
        week_start,
        actual_label as class_label,
        0 as as_predicted,
        n_labeled as as_actual,
        0 as as_both
    from outcomes
),

classes as (
    select
        model_id,
        cohort,
        week_start,
        class_label,
        cast(sum(as_both) as bigint) as true_positives,
        cast(sum(as_predicted) - sum(as_both) as bigint) as false_positives,
        cast(sum(as_actual) - sum(as_both) as bigint) as false_negatives,
        sum(cast(sum(as_actual) as bigint)) over (
            partition by model_id, cohort, week_start
        ) as n_labeled
    from sides
    group by model_id, cohort, week_start, class_label
)

select * from classes
