with runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

feature_usage as (
    select * from {{ ref('stg_adoption__feature_usage') }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

used as (
    select
        person_key as worker_key,
        run_date as date_day
    from runs
    union
    select
        worker_key,
        usage_date as date_day
    from feature_usage
    where has_sessions
),

placed as (
    select
        used.worker_key,
        used.date_day,
        positions.team_id
    from used
    inner join positions
        on
            used.worker_key = positions.worker_key
            and used.date_day = positions.date_day
)

select * from placed
