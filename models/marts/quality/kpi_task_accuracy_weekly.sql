with reviews as (
    select * from {{ ref('int_reviews_by_agent_week') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

-- Targeted reviews look for errors and would bias the rate: only random ones count.
estimated as (
    select
        reviews.workflow_id,
        reviews.agent_id,
        reviews.week_start,
        reviews.reviews_random,
        reviews.reviews_accepted,
        reviews.reviews_targeted,
        workflows.accuracy_margin,
        workflows.accuracy_floor,
        {{ ratio('reviews.reviews_accepted', 'reviews.reviews_random') }} as accuracy,
        {{ wilson_low('reviews.reviews_accepted', 'reviews.reviews_random') }}
            as accuracy_low,
        {{ wilson_high('reviews.reviews_accepted', 'reviews.reviews_random') }}
            as accuracy_high
    from reviews
    left join workflows on reviews.workflow_id = workflows.workflow_id
),

planned as (
    select
        *,
        (accuracy_high - accuracy_low) / 2 as half_width,
        case
            when reviews_random < {{ threshold('reviews_for_known_rate') }}
                then cast(0.5 as double)
            else accuracy
        end as planning_rate
    from estimated
),

judged as (
    select
        workflow_id,
        agent_id,
        week_start,
        reviews_random,
        reviews_accepted,
        reviews_targeted,
        accuracy,
        accuracy_low,
        accuracy_high,
        half_width,
        accuracy_margin,
        accuracy_floor,
        coalesce(half_width <= accuracy_margin, false) as is_sufficient,
        cast(
            ceil(
                {{ z_95() }} * {{ z_95() }} * planning_rate * (1 - planning_rate)
                / nullif(accuracy_margin * accuracy_margin, 0)
            ) as bigint
        ) as reviews_needed
    from planned
)

select * from judged
