with reviews as (
    select * from {{ ref('stg_work__agent_reviews') }}
    where cast(reviewed_at as date) <= {{ as_of_date() }}
),

items as (
    select * from {{ ref('int_work_items_judged') }}
    where is_completed
),

-- One reading an item: the earliest random one. Targeted reviews look for errors.
ranked as (
    select
        *,
        row_number() over (
            partition by work_item_id, is_random order by reviewed_at, review_id
        ) as review_rank,
        count(*) over (partition by work_item_id, is_random) as reviews_alike
    from reviews
),

by_item as (
    select
        items.work_item_id,
        items.workflow_id,
        items.agent_id,
        items.closed_date,
        items.is_settled,
        max(case when ranked.is_random then 1 else 0 end) as reviews_random,
        max(case when ranked.is_random and ranked.is_accepted then 1 else 0 end)
            as reviews_accepted,
        max(
            case
                when ranked.is_random and ranked.is_accepted and items.is_successful
                    then 1
                else 0
            end
        ) as reviews_verified,
        max(case when not ranked.is_random then ranked.reviews_alike else 0 end)
            as reviews_targeted
    from items
    inner join ranked
        on items.work_item_id = ranked.work_item_id and ranked.review_rank = 1
    group by
        items.work_item_id,
        items.workflow_id,
        items.agent_id,
        items.closed_date,
        items.is_settled
)

select * from by_item
