with items as (
    select
        *,
        {{ month_start('closed_date') }} as month_start
    from {{ ref('int_work_items_judged') }}
    where is_attempted
),

reviews as (
    select * from {{ ref('int_reviews_by_item') }}
    where is_settled
),

counted as (
    select
        items.workflow_id,
        items.agent_id,
        items.month_start,
        cast(coalesce(sum(reviews.reviews_random), 0) as bigint) as reviews_settled,
        cast(coalesce(sum(reviews.reviews_verified), 0) as bigint) as reviews_verified,
        count(case when items.is_completed then 1 end) as outputs_completed,
        count(case when items.is_completed and items.is_settled then 1 end)
            as outputs_settled,
        count(case when items.is_successful then 1 end) as outputs_successful
    from items
    left join reviews on items.work_item_id = reviews.work_item_id
    group by items.workflow_id, items.agent_id, items.month_start
),

verified as (
    select
        *,
        {{ verified_outputs() }}
    from counted
)

select * from verified
