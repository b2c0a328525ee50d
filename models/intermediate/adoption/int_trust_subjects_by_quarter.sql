with answers as (
    select * from {{ ref('int_survey_answers_by_subject') }}
),

overrides as (
    select * from {{ ref('int_overrides_by_subject') }}
),

teams as (
    select * from {{ ref('int_team_periods') }}
    where period = 'quarter'
),

told as (
    select
        subject_type,
        subject_id,
        quarter_start
    from answers
    union
    select
        subject_type,
        subject_id,
        quarter_start
    from overrides
),

told_of_teams as (
    select min(told.quarter_start) as first_quarter
    from told
    inner join teams
        on
            told.subject_id = teams.team_id
            and told.quarter_start = teams.period_start
    where told.subject_type = 'team'
),

-- Every team from the first quarter in which any has something to tell: a missing row
-- would tell that a hidden team kept silent.
subjects as (
    select
        'team' as subject_type,
        teams.team_id as subject_id,
        teams.period_start as quarter_start,
        teams.is_suppressed as is_team_hidden
    from teams
    inner join told_of_teams on teams.period_start >= told_of_teams.first_quarter
    union all
    select
        subject_type,
        subject_id,
        quarter_start,
        false as is_team_hidden
    from told
    where subject_type <> 'team'
)

select * from subjects
