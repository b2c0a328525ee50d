with positions as (
    select * from {{ ref('int_positions_by_day') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by worker_key, month_start order by date_day desc
        ) as recency_rank
    from positions
),

members as (
    select
        worker_key,
        month_start,
        team_id,
        job_profile
    from ranked
    where recency_rank = 1
)

select * from members
