with declared as (
    {{ declared_feeds() }}
),

days as (
    select * from {{ ref('stg_outturn__feed_days') }}
    where event_date is null or event_date <= {{ as_of_date() }}
),

-- A feed is there when it landed itself or another one that tells the same did.
landed as (
    select
        declared.stands_in_for as feed,
        cast(coalesce(sum(days.row_count), 0) as bigint) as row_count,
        max(days.event_date) as newest_event_date,
        max(case when declared.feed = declared.stands_in_for then declared.kind end)
            as kind
    from declared
    left join days on declared.feed = days.feed
    group by declared.stands_in_for
)

select * from landed
