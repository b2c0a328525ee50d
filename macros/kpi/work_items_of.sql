{#
    The work items that these states tell of, a row each: its latest description, and its first
    closing, which never moves again.
#}
{% macro work_items_of(states) -%}
with states as (
    select * from {{ states }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by work_item_id order by updated_at desc
        ) as latest_rank,
        row_number() over (
            partition by work_item_id, is_closing order by updated_at
        ) as kind_rank,
        min(first_closed_at) over (partition by work_item_id) as known_closed_at
    from states
),

-- What an item closed as never moves again, whatever happens to it later.
closings as (
    select
        work_item_id,
        status as closing_status,
        handled_by,
        agent_id as closing_agent_id,
        coalesce(known_closed_at, updated_at) as known_closed_from,
        coalesce(known_closed_at, resolved_at, updated_at) as closed_at
    from ranked
    where is_closing and kind_rank = 1
),

reopenings as (
    select
        states.work_item_id,
        min(states.reopened_at) as stated_reopened_at,
        min(
            case
                when
                    not states.is_closing
                    and states.updated_at > closings.known_closed_from
                    then states.updated_at
            end
        ) as seen_reopened_at
    from states
    inner join closings on states.work_item_id = closings.work_item_id
    group by states.work_item_id
),

items as (
    select
        latest.work_item_id,
        latest.workflow_id,
        latest.team_id,
        latest.opened_at,
        latest.caused_by_work_item_id,
        latest.business_value_usd,
        latest.is_ai_assisted,
        latest.updated_at as last_updated_at,
        closings.closing_status,
        closings.handled_by,
        closings.closing_agent_id,
        closings.closed_at,
        cast(latest.opened_at as date) as opened_date,
        cast(closings.closed_at as date) as closed_date,
        least(
            reopenings.stated_reopened_at, reopenings.seen_reopened_at
        ) as reopened_at,
        closings.work_item_id is not null as is_closed
    from ranked as latest
    left join closings on latest.work_item_id = closings.work_item_id
    left join reopenings on latest.work_item_id = reopenings.work_item_id
    where latest.latest_rank = 1
)

select * from items
{%- endmacro %}
