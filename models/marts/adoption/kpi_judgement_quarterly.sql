{% set of_reviewers = [
    'adjudicated', 'wrong_outputs', 'right_outputs', 'caught', 'doubted'
] %}
{% set of_people = ['people_closed', 'people_successful'] %}

with judged as (
    select * from {{ ref('int_judgement_by_team_quarter') }}
),

teams as (
    select * from {{ ref('int_team_periods') }}
    where period = 'quarter'
),

first_told as (
    select min(judged.quarter_start) as first_quarter
    from judged
    inner join teams
        on
            judged.team_id = teams.team_id
            and judged.quarter_start = teams.period_start
),

-- A missing row would tell that a hidden team had nothing to show; what few people
-- judged, how well one of them does.
shown_measures as (
    select
        teams.team_id,
        teams.period_start as quarter_start,
        teams.previous_start,
        teams.is_final,
        teams.is_suppressed,
        {% for measure in of_reviewers %}
            {{ shown(
                'coalesce(judged.' ~ measure ~ ', 0)',
                '(teams.is_suppressed or coalesce(judged.is_of_few, false))'
            ) }} as {{ measure }},
        {% endfor %}
        {% for measure in of_people %}
            {{ shown('coalesce(judged.' ~ measure ~ ', 0)', 'teams.is_suppressed') }}
                as {{ measure }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from teams
    inner join first_told on teams.period_start >= first_told.first_quarter
    left join judged
        on
            teams.team_id = judged.team_id
            and teams.period_start = judged.quarter_start
),

rated as (
    select
        *,
        wrong_outputs - caught as missed,
        {{ ratio('caught', 'wrong_outputs') }} as catch_rate,
        {{ ratio('wrong_outputs - caught', 'wrong_outputs') }} as over_reliance,
        {{ ratio('doubted', 'right_outputs') }} as under_reliance,
        {{ ratio('people_successful', 'people_closed') }} as people_success_rate
    from shown_measures
),

published as (
    select
        rated.team_id,
        rated.quarter_start,
        rated.adjudicated,
        rated.wrong_outputs,
        rated.caught,
        rated.catch_rate,
        {{ wilson_low('rated.caught', 'rated.wrong_outputs') }} as catch_rate_low,
        {{ wilson_high('rated.caught', 'rated.wrong_outputs') }} as catch_rate_high,
        rated.missed,
        rated.over_reliance,
        {{ wilson_low('rated.missed', 'rated.wrong_outputs') }} as over_reliance_low,
        {{ wilson_high('rated.missed', 'rated.wrong_outputs') }} as over_reliance_high,
        rated.right_outputs,
        rated.doubted,
        rated.under_reliance,
        {{ wilson_low('rated.doubted', 'rated.right_outputs') }} as under_reliance_low,
        {{ wilson_high('rated.doubted', 'rated.right_outputs') }}
            as under_reliance_high,
        rated.people_closed,
        rated.people_successful,
        rated.people_success_rate,
        case
            when rated.is_final
                then rated.people_success_rate - quarter_before.people_success_rate
        end as people_success_rate_change,
        rated.is_final,
        rated.is_suppressed
    from rated
    left join rated as quarter_before
        on
            rated.team_id = quarter_before.team_id
            and rated.previous_start = quarter_before.quarter_start
)

select * from published
