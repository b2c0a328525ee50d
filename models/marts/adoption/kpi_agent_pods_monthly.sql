with teams as (
    select * from {{ ref('int_team_periods') }}
    where period = 'month'
),

people as (
    select * from {{ ref('int_people_by_team_month') }}
),

agents as (
    select * from {{ ref('int_agents_by_team_month') }}
),

first_month as (
    select min(agents.month_start) as month_start
    from agents
    inner join teams
        on
            agents.team_id = teams.team_id
            and agents.month_start = teams.period_start
),

-- People are counted here month by month, so few of them hide a month by itself.
linked as (
    select
        teams.team_id,
        teams.period_start as month_start,
        teams.is_final,
        teams.is_suppressed
        or coalesce(people.people, 0) < {{ threshold('min_cohort_size') }}
            as is_suppressed,
        coalesce(people.people, 0) as people,
        coalesce(people.managers, 0) as managers,
        coalesce(agents.agents, 0) as agents,
        {{ known_part('agents.outputs_verified', 'agents.team_id') }}
            as outputs_verified
    from teams
    inner join first_month on teams.period_start >= first_month.month_start
    left join people
        on
            teams.team_id = people.team_id
            and teams.period_start = people.month_start
    left join agents
        on
            teams.team_id = agents.team_id
            and teams.period_start = agents.month_start
),

published as (
    select
        team_id,
        month_start,
        {{ shown('people') }} as people,
        {{ shown('agents') }} as agents,
        {{ shown(ratio('agents', 'people')) }} as agents_per_person,
        {{ shown('managers') }} as managers,
        {{ shown(ratio('managers', 'people')) }} as managers_per_head,
        {{ shown('outputs_verified') }} as outputs_verified,
        {{ shown(ratio('outputs_verified', 'people')) }} as outputs_verified_per_person,
        is_final,
        is_suppressed
    from linked
)

select * from published
