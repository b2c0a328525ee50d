with positions as (
    select * from {{ ref('int_positions_merged') }}
    where valid_from <= {{ as_of_date() }} and valid_to > valid_from
),

days as (
    select * from {{ ref('int_days_covered') }}
),

by_day as (
    select
        days.date_day,
        positions.worker_key,
        positions.team_id,
        positions.department,
        positions.job_profile,
        positions.manager_key,
        positions.country,
        positions.worker_type,
        positions.fte,
        positions.annual_base_pay,
        positions.currency,
        {{ month_start('days.date_day') }} as month_start
    from positions
    inner join days
        on
            positions.valid_from <= days.date_day
            and positions.valid_to > days.date_day
)

select * from by_day
