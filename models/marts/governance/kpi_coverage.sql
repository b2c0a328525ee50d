with declared as (
    select * from {{ ref('int_kpi_feeds_declared') }}
),

landed as (
    select * from {{ ref('int_feeds_landed') }}
),

unplaced as (
    select * from {{ ref('int_rows_unplaced') }}
),

rules as (
    select * from {{ ref('cost_rules') }}
),

-- A bill is needed where a cost rule names it as the authority of a provider; exchange
-- rates where something is paid in another currency.
needed as (
    select
        declared.kpi,
        declared.area,
        declared.feed,
        coalesce(landed.row_count, 0) = 0 as has_no_rows,
        coalesce(
            landed.newest_event_date
            < cast({{ add_days(
                as_of_date(), '-' ~ threshold('feed_stale_days')
            ) }} as date),
            false
        ) as is_stale,
        coalesce(unplaced.rows_without_position, 0) as rows_without_position,
        coalesce(unplaced.rows_without_rate, 0) as rows_without_rate
    from declared
    left join landed on declared.feed = landed.feed
    left join unplaced on declared.feed = unplaced.feed
    where
        declared.feed is null
        or landed.kind is null
        or landed.kind <> 'bill'
        or declared.feed in (select rules.source from rules)
),

counted as (
    select
        kpi,
        cast(sum(rows_without_position) as bigint) as rows_without_position,
        cast(sum(rows_without_rate) as bigint) as rows_without_rate
    from needed
    group by kpi
),

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
