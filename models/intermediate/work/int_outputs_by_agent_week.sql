with weeks as (
    select * from {{ ref('int_agent_weeks') }}
),

items as (
    select
        *,
        {{ week_start('closed_date') }} as week_start
    from {{ ref('int_work_items_judged') }}
    where is_attempted
),

reviews as (
    select * from {{ ref('int_reviews_by_agent_week') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

counted as (
    select
        weeks.workflow_id,
        weeks.agent_id,
        weeks.week_start,
        count(items.work_item_id) as attempted,
        count(case when items.is_completed then 1 end) as outputs_completed,
        count(case when items.is_completed and items.is_settled then 1 end)
            as outputs_settled,
        count(case when items.is_successful then 1 end) as outputs_successful,
        count(case when items.is_completed and not items.is_settled then 1 end)
            as provisional
    from weeks
    left join items
        on
            weeks.workflow_id = items.workflow_id
            and weeks.agent_id = items.agent_id
            and weeks.week_start = items.week_start
    group by weeks.workflow_id, weeks.agent_id, weeks.week_start
),

reviewed as (
    select
        counted.*,
        reviews.reviews_settled,
        reviews.reviews_verified,
        coalesce(
            {{ window_has_passed(
                week_end('counted.week_start'), 'workflows.rework_window_days'
            ) }},
            false
        ) as is_final
    from counted
    inner join reviews
        on
            counted.workflow_id = reviews.workflow_id
            and counted.agent_id = reviews.agent_id
            and counted.week_start = reviews.week_start
    left join workflows on counted.workflow_id = workflows.workflow_id
),

verified as (
    select
        *,
        {{ verified_outputs() }}
    from reviewed
)

select * from verified
