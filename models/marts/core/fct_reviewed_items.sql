with reviews as (
    select
        *,
        {{ quarter_start('closed_date') }} as quarter_start
    from {{ ref('int_reviews_by_item') }}
),

items as (
    select
        work_item_id,
        team_id
    from {{ ref('int_work_items_judged') }}
),

team_quarters as (
    select * from {{ ref('int_team_quarters_suppressed') }}
),

facts as (
    select
        reviews.work_item_id,
        reviews.workflow_id,
        reviews.agent_id,
        reviews.closed_date,
        reviews.is_settled,
        cast(reviews.reviews_random as bigint) as reviews_random,
        cast(reviews.reviews_accepted as bigint) as reviews_accepted,
        cast(reviews.reviews_verified as bigint) as reviews_verified,
        cast(reviews.reviews_targeted as bigint) as reviews_targeted,
        case when not team_quarters.is_suppressed then items.team_id end as team_id
    from reviews
    inner join items on reviews.work_item_id = items.work_item_id
    left join team_quarters
        on
            items.team_id = team_quarters.team_id
            and reviews.quarter_start = team_quarters.quarter_start
)

select * from facts
