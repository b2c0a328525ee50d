with positions as (
    select
        worker_key,
        team_id,
        department,
        date_day,
        cast(date_trunc('quarter', date_day) as date) as quarter_start
    from {{ ref('int_positions_by_day') }}
),

contributions as (
    select
        worker_key,
        work_date as date_day
    from {{ ref('int_hours_costed') }}
    union
    select
        worker_key,
        cast(updated_at as date) as date_day
    from {{ ref('stg_work__work_item_states') }}
    union
    select
        person_key as worker_key,
        cast(started_at as date) as date_day
    from {{ ref('int_agent_runs') }}
),

teams as (
    select
        positions.team_id,
        positions.quarter_start,
        min(positions.department) as department,
        count(distinct positions.worker_key) as members,
        count(distinct contributions.worker_key) as contributors
    from positions
    left join contributions
        on
            positions.worker_key = contributions.worker_key
            and positions.date_day = contributions.date_day
    group by positions.team_id, positions.quarter_start
),

-- So few, or all but so few, could be recognised.
sized as (
    select
        *,
        contributors < {{ threshold('min_cohort_size') }}
        or members - contributors between 1 and {{ threshold('min_cohort_size') }} - 1
            as is_small
    from teams
),

-- A single hidden team could be told from its department's total: others hide with it.
ranked as (
    select
        *,
        max(case when is_small then 1 else 0 end) over department_quarter = 1
            as has_small,
        coalesce(
            sum(case when contributors > 0 then 1 else 0 end) over smallest_first, 0
        ) as teams_before,
        coalesce(sum(contributors) over smallest_first, 0) as people_before
    from sized
    window
        department_quarter as (partition by department, quarter_start),
        smallest_first as (
            partition by department, quarter_start
            order by
                case when is_small then 0 else 1 end,
                contributors,
                team_id
            rows between unbounded preceding and 1 preceding
        )
),

suppressed as (
    select
        team_id,
        quarter_start,
        department,
        contributors,
        is_small or (
            has_small
            and (
                teams_before < 2
                or people_before < {{ threshold('min_cohort_size') }}
            )
        ) as is_suppressed
    from ranked
)

select * from suppressed
