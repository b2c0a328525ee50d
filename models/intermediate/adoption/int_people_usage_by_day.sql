with runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

feature_usage as (
    select * from {{ ref('stg_adoption__feature_usage') }}
),

requests as (
    select * from {{ ref('stg_otel__api_requests') }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

used as (
    select
        person_key as worker_key,
        run_date as date_day,
        1 as uses,
        case when team_id is null then 1 else 0 end as own_runs,
        0 as feature_tokens,
        0 as request_tokens
    from runs
    union all
    select
        worker_key,
        usage_date as date_day,
        case when has_sessions then 1 else 0 end as uses,
        0 as own_runs,
        coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as feature_tokens,
        0 as request_tokens
    from feature_usage
    union all
    select
        person_key as worker_key,
        request_date as date_day,
        1 as uses,
        0 as own_runs,
        0 as feature_tokens,
        input_tokens + output_tokens as request_tokens
    from requests
),

by_day as (
    select
        worker_key,
        date_day,
        cast(sum(uses) as bigint) as uses,
        cast(sum(own_runs) as bigint) as own_runs,
        cast(sum(feature_tokens) as bigint) as feature_tokens,
        cast(sum(request_tokens) as bigint) as request_tokens
    from used
    group by worker_key, date_day
),

-- An assistant's requests and its usage export tell the same tokens: one counts.
placed as (
    select
        by_day.worker_key,
        by_day.date_day,
        positions.team_id,
        by_day.own_runs,
        by_day.uses > 0 as is_active,
        case
            when by_day.feature_tokens > 0 then by_day.feature_tokens
            else by_day.request_tokens
        end as tokens
    from by_day
    inner join positions
        on
            by_day.worker_key = positions.worker_key
            and by_day.date_day = positions.date_day
)

select * from placed
