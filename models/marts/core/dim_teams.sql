with team_quarters as (
    select * from {{ ref('int_team_quarters_suppressed') }}
),

-- A team that is hidden in every quarter is not named at all.
teams as (
    select
        team_id,
        max(department) as department
    from team_quarters
    where not is_suppressed
    group by team_id
)

select * from teams
