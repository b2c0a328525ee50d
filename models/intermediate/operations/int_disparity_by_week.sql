with outcomes as (
    select * from {{ ref('int_outcomes_by_week') }}
    where task = 'classification' and n_labeled > 0 and cohort <> 'all'
),

cohorts as (
    select
        model_id,
        week_start,
        cohort,
        sum(n_labeled) as n_labeled,
        sum(case when predicted_label = actual_label then n_labeled else 0 end)
            as correct
    from outcomes
    group by model_id, week_start, cohort
),

ranked as (
    select
        *,
        {{ ratio('correct', 'n_labeled') }} as accuracy,
        row_number() over (
            partition by model_id, week_start
            order by {{ ratio('correct', 'n_labeled') }} asc nulls last, cohort asc
        ) as worst_rank,
        row_number() over (
            partition by model_id, week_start
            order by {{ ratio('correct', 'n_labeled') }} desc nulls last, cohort asc
        ) as best_rank
    from cohorts
),

compared as (
    select
        worst.model_id,
        worst.week_start,
        worst.cohort as worst_cohort,
        best.cohort as best_cohort,
        worst.accuracy / nullif(best.accuracy, 0) as disparity,
        {{ wilson_high('worst.correct', 'worst.n_labeled') }}
        / nullif({{ wilson_low('best.correct', 'best.n_labeled') }}, 0)
            as disparity_high
    from ranked as worst
    inner join ranked as best
        on
            worst.model_id = best.model_id
            and worst.week_start = best.week_start
            and worst.worst_rank = 1
            and best.best_rank = 1
)

select * from compared
