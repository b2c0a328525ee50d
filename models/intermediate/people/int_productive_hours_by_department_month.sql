with hours as (
    select * from {{ ref('int_hours_costed') }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

days as (
    select * from {{ ref('int_days_covered') }}
),

people as (
    select distinct
        worker_key,
        {{ month_start('work_date') }} as month_start
    from {{ ref('stg_hr__timesheets') }}
    where work_date <= {{ as_of_date() }}
),

days_by_month as (
    select
        month_start,
        count(*) as days
    from days
    group by month_start
),

worked as (
    select
        department,
        month_start,
        sum(hours) as hours
    from hours
    where department is not null
    group by department, month_start
),

present as (
    select
        positions.department,
        positions.month_start,
        sum(positions.fte) as fte_days
    from positions
    inner join people
        on
            positions.worker_key = people.worker_key
            and positions.month_start = people.month_start
    group by positions.department, positions.month_start
),

productive as (
    select
        present.department,
        present.month_start,
        cast(coalesce(worked.hours, 0) as decimal(28, 12)) as productive_hours,
        {{ ratio('present.fte_days', 'days_by_month.days') }} as fte_present,
        {{ ratio(
            'coalesce(worked.hours, 0) * days_by_month.days', 'present.fte_days'
        ) }} as productive_hours_per_fte
    from present
    inner join days_by_month on present.month_start = days_by_month.month_start
    left join worked
        on
            present.department = worked.department
            and present.month_start = worked.month_start
)

select * from productive
