with outcomes as (
    select * from {{ ref('int_outcomes_by_week') }}
),

rates as (
    select * from {{ ref('int_class_rates_by_week') }}
),

disparities as (
    select * from {{ ref('int_disparity_by_week') }}
),

totals as (
    select
        model_id,
        cohort,
        week_start,
        cast(sum(predictions) as bigint) as predictions,
        cast(sum(n_labeled) as bigint) as n_labeled,
        cast(sum(case when task = 'classification' then n_labeled else 0 end) as bigint)
            as n_classified,
        cast(
            sum(
                case
                    when task = 'classification' and predicted_label = actual_label
                        then n_labeled
                    else 0
                end
            ) as bigint
        ) as correct,
        sum(case when task = 'classification' then 0 else n_labeled end) as n_valued,
        sum(absolute_error) as absolute_error,
        sum(squared_error) as squared_error
    from outcomes
    group by model_id, cohort, week_start
),

judged as (
    select
        totals.model_id,
        totals.cohort,
        totals.week_start,
        totals.predictions,
        totals.n_labeled,
        totals.n_classified,
        totals.correct,
        {{ ratio('totals.correct', 'totals.n_classified') }} as accuracy,
        {{ wilson_low('totals.correct', 'totals.n_classified') }} as accuracy_low,
        {{ wilson_high('totals.correct', 'totals.n_classified') }} as accuracy_high,
        rates.true_positives,
        rates.false_positives,
        rates.false_negatives,
        rates.true_negatives,
        rates.precision,
        rates.recall,
        rates.f1,
        rates.false_positive_rate,
        {{ ratio('totals.absolute_error', 'totals.n_valued') }} as mae,
        sqrt({{ ratio('totals.squared_error', 'totals.n_valued') }}) as rmse,
        disparities.worst_cohort,
        disparities.best_cohort,
        disparities.disparity,
        disparities.disparity_high,
        disparities.disparity_high < {{ threshold('disparity_limit') }} as is_unfair
    from totals
    left join rates
        on
            totals.model_id = rates.model_id
            and totals.cohort = rates.cohort
            and totals.week_start = rates.week_start
    left join disparities
        on
            totals.model_id = disparities.model_id
            and totals.week_start = disparities.week_start
            and totals.cohort = 'all'
)

select * from judged
