with team_runs as (
    select * from {{ ref('int_team_runs') }}
),

model_usage as (
    select * from {{ ref('int_run_model_usage') }}
    where usage_date <= {{ as_of_date() }}
),

people as (
    select * from {{ ref('int_people_usage_by_day') }}
),

used as (
    select
        team_id,
        run_date as date_day,
        1 as runs,
        cast(0 as bigint) as tokens
    from team_runs
    union all
    select
        team_runs.team_id,
        model_usage.usage_date as date_day,
        0 as runs,
        model_usage.input_tokens + model_usage.output_tokens as tokens
    from model_usage
    inner join team_runs on model_usage.trace_id = team_runs.trace_id
    union all
    select
        team_id,
        date_day,
        0 as runs,
        tokens
    from people
),

by_day as (
    select
        team_id,
        date_day,
        cast(sum(runs) as bigint) as runs,
        cast(sum(tokens) as bigint) as tokens
    from used
    where team_id is not null
    group by team_id, date_day
)

select * from by_day
