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
        count(distinct positions.worker_key) as people,
        sum(positions.fte) as fte_days
    from positions
    inner join people
        on
            positions.worker_key = people.worker_key
            and positions.month_start = people.month_start
    where positions.fte > 0
    group by positions.department, positions.month_start
),

by_department as (
    select
        present.department,
        present.month_start,
        present.people,
        present.fte_days,
        days_by_month.days,
        cast(coalesce(worked.hours, 0) as decimal(28, 12)) as hours
    from present
    inner join days_by_month on present.month_start = days_by_month.month_start
    left join worked
        on
            present.department = worked.department
            and present.month_start = worked.month_start
),

-- Hours of fewer than five people would tell how much one of them works, and so would
-- a company's number that holds them.
company as (
    select
        month_start,
        sum(hours) as hours,
        sum(fte_days) as fte_days
    from by_department
    where people >= {{ threshold('min_cohort_size') }}
    group by month_start
),

productive as (
    select
        by_department.department,
        by_department.month_start,
        case
            when by_department.people >= {{ threshold('min_cohort_size') }}
                then {{ ratio(
                    'by_department.hours * by_department.days',
                    'by_department.fte_days'
                ) }}
            else {{ ratio('company.hours * by_department.days', 'company.fte_days') }}
        end as productive_hours_per_fte
    from by_department
    left join company on by_department.month_start = company.month_start
)

select * from productive
