with usage as (
    select * from {{ ref('int_usage_by_team_period') }}
    where period = 'week'
),

teams as (
    select * from {{ ref('int_team_periods') }}
    where period = 'week'
),

work as (
    select
        team_id,
        week_start,
        cast(sum(attempted) as bigint) as attempted,
        cast(sum(completed) as bigint) as completed,
        {{ strict_sum('value_usd') }} as value_usd,
        {{ strict_sum('verified_hours') }} as verified_hours,
        {{ strict_sum('total_cost_usd') }} as cost_usd
    from {{ ref('int_value_by_team_week') }}
    where team_id is not null
    group by team_id, week_start
),

first_week as (
    select min(teams.period_start) as period_start
    from teams
    left join usage
        on
            teams.team_id = usage.team_id
            and teams.period_start = usage.period_start
    left join work
        on
            teams.team_id = work.team_id
            and teams.period_start = work.week_start
    where usage.team_id is not null or work.team_id is not null
),

-- Hidden rows know nothing: not even whether there was anything to hide.
linked as (
    select
        teams.team_id,
        teams.period_start as week_start,
        teams.is_final,
        teams.is_suppressed,
        {{ known_part('usage.runs', 'usage.team_id') }} as runs,
        {{ known_part('usage.active_people', 'usage.team_id') }} as active_people,
        {{ known_part('usage.tokens', 'usage.team_id') }} as tokens,
        coalesce(work.attempted, 0) as attempted,
        coalesce(work.completed, 0) as completed,
        {{ known_part('work.value_usd', 'work.team_id') }} as value_usd,
        {{ known_part('work.verified_hours', 'work.team_id') }} as verified_hours,
        {{ known_part('work.cost_usd', 'work.team_id') }} as cost_usd
    from teams
    inner join first_week on teams.period_start >= first_week.period_start
    left join usage
        on
            teams.team_id = usage.team_id
            and teams.period_start = usage.period_start
    left join work
        on
            teams.team_id = work.team_id
            and teams.period_start = work.week_start
),

published as (
    select
        team_id,
        week_start,
        {{ shown('active_people') }} as active_people,
        {{ shown('runs') }} as runs,
        {{ shown('tokens') }} as tokens,
        {{ shown('attempted') }} as attempted,
        {{ shown('completed') }} as completed,
        {{ shown(ratio('completed', 'attempted')) }} as completion_rate,
        {{ usd(shown('value_usd')) }} as value_usd,
        cast({{ shown('verified_hours') }} as decimal(28, 9)) as verified_hours,
        {{ usd(shown('cost_usd')) }} as cost_usd,
        {{ shown(ratio('cost_usd', 'value_usd')) }} as cost_per_value,
        is_final,
        is_suppressed
    from linked
)

select * from published
