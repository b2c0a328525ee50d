with items as (
    select
        *,
        {{ quarter_start('coalesce(closed_at, opened_at)') }} as quarter_start
    from {{ ref('int_work_items_judged') }}
),

team_quarters as (
    select * from {{ ref('int_team_quarters_suppressed') }}
),

facts as (
    select
        items.work_item_id,
        items.workflow_id,
        items.opened_at,
        items.closed_at,
        items.closed_date,
        items.closing_status,
        items.handled_by,
        items.reopened_at,
        items.caused_by_work_item_id,
        cast(items.business_value_usd as decimal(18, 6)) as business_value_usd,
        items.latency_minutes,
        items.is_ai_assisted,
        items.is_closed,
        items.is_attempted,
        items.is_completed,
        items.is_settled,
        items.is_successful,
        items.is_successful_human,
        case when items.is_attempted then items.agent_id end as agent_id,
        case when not team_quarters.is_suppressed then items.team_id end as team_id
    from items
    left join team_quarters
        on
            items.team_id = team_quarters.team_id
            and items.quarter_start = team_quarters.quarter_start
)

select * from facts
