with declared as (
    select * from {{ ref('int_kpi_feeds_declared') }}
),

landed as (
    select * from {{ ref('int_feeds_landed') }}
),

authorities as (
    select source as feed from {{ ref('cost_rules') }}
    union
    select costed_from as feed from {{ ref('contracts') }}
),

named as (
    select
        declared.kpi,
        declared.area,
        declared.feed,
        landed.kind,
        landed.newest_event_date,
        coalesce(landed.row_count, 0) as row_count,
        sum(case when landed.kind = 'bill' then 1 else 0 end) over (
            partition by declared.kpi
        ) as bills
    from declared
    left join landed on declared.feed = landed.feed
),

-- Of several bills those are needed that a rule or a contract names as an authority.
needed as (
    select
        kpi,
        area,
        feed,
        row_count,
        newest_event_date
    from named
    where
        coalesce(kind, 'record') <> 'bill'
        or bills = 1
        or feed in (select authorities.feed from authorities)
)

select * from needed
