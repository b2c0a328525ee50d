{# Named, because engines order the columns of partitioned tables differently. #}
{% set told = [
    'work_item_id', 'workflow_id', 'team_id', 'opened_at', 'opened_date',
    'last_updated_at', 'caused_by_work_item_id', 'business_value_usd', 'is_ai_assisted',
    'closing_status', 'handled_by', 'closing_agent_id', 'closed_at', 'closed_date',
    'reopened_at', 'is_closed',
] %}

with items as (
    select * from {{ ref('int_work_items_latest') }}
),

-- What happened after the as-of date is left out of the few items it happened to.
earlier_states as (
    select states.*
    from {{ ref('int_work_item_states') }} as states
    inner join items on states.work_item_id = items.work_item_id
    where
        cast(items.last_updated_at as date) > {{ as_of_date() }}
        and states.updated_date <= {{ as_of_date() }}
),

earlier_items as (
    {{ work_items_of('earlier_states') }}
),

closed as (
    select {{ told | join(', ') }} from items
    where cast(last_updated_at as date) <= {{ as_of_date() }}
    union all
    select {{ told | join(', ') }} from earlier_items
)

select * from closed
