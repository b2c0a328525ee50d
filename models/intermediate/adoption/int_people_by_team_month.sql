with positions as (
    select * from {{ ref('int_positions_by_day') }}
),

managers as (
    select distinct
        manager_key,
        month_start
    from positions
    where manager_key is not null
),

people as (
    select
        positions.team_id,
        positions.month_start,
        count(distinct positions.worker_key) as people,
        count(distinct managers.manager_key) as managers
    from positions
    left join managers
        on
            positions.worker_key = managers.manager_key
            and positions.month_start = managers.month_start
    where positions.fte > 0
    group by positions.team_id, positions.month_start
)

select * from people
