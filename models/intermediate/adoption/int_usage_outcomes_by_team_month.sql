{% set counts = [
    'outputs_successful',
    'assisted_items',
    'assisted_returned',
    'unassisted_items',
    'unassisted_returned',
] %}

with usage as (
    select * from {{ ref('int_usage_by_team_period') }}
    where period = 'month'
),

outcomes as (
    select * from {{ ref('int_outcomes_by_team_month') }}
),

teams as (
    select * from {{ ref('int_team_periods') }}
    where period = 'month'
),

linked as (
    select
        teams.team_id,
        teams.period_start as month_start,
        teams.previous_start,
        teams.is_final,
        teams.is_suppressed,
        usage.team_id is not null
        or coalesce(outcomes.outputs_successful, 0) > 0
        or coalesce(outcomes.assisted_items, 0) > 0
        or coalesce(outcomes.unassisted_items, 0) > 0 as has_something,
        {{ shown(
            known_part('usage.tokens', 'usage.team_id'), 'teams.is_suppressed'
        ) }} as tokens,
        {% for measure in counts %}
            {{ shown('coalesce(outcomes.' ~ measure ~ ', 0)', 'teams.is_suppressed') }}
                as {{ measure }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from teams
    left join usage
        on
            teams.team_id = usage.team_id
            and teams.period_start = usage.period_start
    left join outcomes
        on
            teams.team_id = outcomes.team_id
            and teams.period_start = outcomes.month_start
),

first_month as (
    select min(month_start) as month_start
    from linked
    where has_something
),

-- What was hidden last month is not told this month either.
compared as (
    select
        linked.team_id,
        linked.month_start,
        linked.is_final,
        linked.is_suppressed,
        linked.tokens,
        {% for measure in counts %}
            linked.{{ measure }},
        {% endfor %}
        {{ shown(
            known_part('month_before.tokens', 'month_before.team_id'),
            'linked.is_suppressed'
        ) }} as tokens_before,
        {{ shown(
            known_part('month_before.outputs_successful', 'month_before.team_id'),
            'linked.is_suppressed'
        ) }} as outputs_before
    from linked
    inner join first_month on linked.month_start >= first_month.month_start
    left join linked as month_before
        on
            linked.team_id = month_before.team_id
            and linked.previous_start = month_before.month_start
)

select * from compared
