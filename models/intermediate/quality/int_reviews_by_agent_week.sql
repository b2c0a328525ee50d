with reviews as (
    select * from {{ ref('int_reviews_by_item') }}
),

weeks as (
    select * from {{ ref('int_agent_weeks') }}
),

-- A week's rate reads the items closed in the four weeks that end with it.
windowed as (
    select
        weeks.workflow_id,
        weeks.agent_id,
        weeks.week_start,
        cast(coalesce(sum(reviews.reviews_random), 0) as bigint) as reviews_random,
        cast(coalesce(sum(reviews.reviews_accepted), 0) as bigint) as reviews_accepted,
        cast(coalesce(sum(reviews.reviews_targeted), 0) as bigint) as reviews_targeted,
        cast(
            coalesce(
                sum(case when reviews.is_settled then reviews.reviews_random end), 0
            ) as bigint
        ) as reviews_settled,
        cast(
            coalesce(
                sum(case when reviews.is_settled then reviews.reviews_verified end), 0
            ) as bigint
        ) as reviews_verified
    from weeks
    left join reviews
        on
            weeks.workflow_id = reviews.workflow_id
            and weeks.agent_id = reviews.agent_id
            and reviews.closed_date >= cast(
                {{ add_days(
                    'weeks.week_start', '7 - 7 * ' ~ threshold('accuracy_window_weeks')
                ) }} as date
            )
            and reviews.closed_date <= {{ week_end('weeks.week_start') }}
    group by weeks.workflow_id, weeks.agent_id, weeks.week_start
)

select * from windowed
