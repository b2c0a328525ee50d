with needed_feeds as (
    select * from {{ ref('int_feeds_needed') }}
),

unplaced as (
    select * from {{ ref('int_rows_unplaced') }}
),

needed as (
    select
        needed_feeds.kpi,
        needed_feeds.area,
        needed_feeds.feed,
        needed_feeds.row_count = 0 as has_no_rows,
        coalesce(
            needed_feeds.newest_event_date
            < cast({{ add_days(
                as_of_date(), '-' ~ threshold('feed_stale_days')
            ) }} as date),
            false
        ) as is_stale,
        coalesce(unplaced.rows_without_position, 0) as rows_without_position,
        coalesce(unplaced.rows_without_rate, 0) as rows_without_rate
    from needed_feeds
    left join unplaced on needed_feeds.feed = unplaced.feed
),

counted as (
    select
        kpi,
        cast(sum(rows_without_position) as bigint) as rows_without_position,
        cast(sum(rows_without_rate) as bigint) as rows_without_rate
    from needed
    group by kpi
),

-- Exchange rates are missing only where something could not be converted.
judged as (
    select
        needed.*,
        needed.feed is not null
        and needed.has_no_rows
        and (needed.feed <> 'fx_rates' or counted.rows_without_rate > 0) as is_missing
    from needed
    inner join counted on needed.kpi = counted.kpi
),

coverage as (
    select
        judged.kpi,
        judged.area,
        {{ text_list('judged.feed') }} as needed_feeds,
        {{ text_list('case when judged.is_missing then judged.feed end') }}
            as missing_feeds,
        {{ text_list('case when judged.is_stale then judged.feed end') }}
            as stale_feeds,
        max(case when judged.is_missing or judged.is_stale then 1 else 0 end) = 0
            as is_complete,
        counted.rows_without_position,
        counted.rows_without_rate
    from judged
    inner join counted on judged.kpi = counted.kpi
    group by
        judged.kpi,
        judged.area,
        counted.rows_without_position,
        counted.rows_without_rate
)

select * from coverage
