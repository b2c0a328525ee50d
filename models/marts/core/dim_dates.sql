with days as (
    select * from {{ ref('int_days_covered') }}
),

dates as (
    select
        date_day,
        {{ week_start('date_day') }} as week_start,
        month_start,
        {{ quarter_start('date_day') }} as quarter_start,
        {{ days_between(week_start('date_day'), 'date_day') }} >= 5 as is_weekend
    from days
)

select * from dates
