with runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

-- A run is the team's that it names, else the team's of the person who started it.
team_runs as (
    select
        runs.trace_id,
        runs.agent_id,
        runs.run_date,
        coalesce(runs.team_id, positions.team_id) as team_id
    from runs
    left join positions
        on
            runs.person_key = positions.worker_key
            and runs.run_date = positions.date_day
)

select * from team_runs
