with timesheets as (
    select * from {{ ref('stg_hr__timesheets') }}
    where
        activity <> 'leave'
        and work_date <= {{ as_of_date() }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

placed as (
    select
        timesheets.worker_key,
        timesheets.work_date,
        timesheets.activity,
        timesheets.workflow_id,
        timesheets.agent_id,
        timesheets.work_item_id,
        timesheets.hours,
        positions.department,
        {{ month_start('timesheets.work_date') }} as month_start,
        {{ week_start('timesheets.work_date') }} as week_start
    from timesheets
    left join positions
        on
            timesheets.worker_key = positions.worker_key
            and timesheets.work_date = positions.date_day
)

select * from placed
