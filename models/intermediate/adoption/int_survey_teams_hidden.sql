with answers as (
    select * from {{ ref('int_survey_answers_by_subject') }}
),

team_quarters as (
    select * from {{ ref('int_team_quarters_suppressed') }}
),

questions as (
    select distinct question from answers
),

team_answers as (
    select
        questions.question,
        team_quarters.team_id,
        team_quarters.department,
        team_quarters.quarter_start,
        coalesce(answers.people, 0) as people,
        team_quarters.is_suppressed
        or coalesce(answers.people, 0) < {{ threshold('min_cohort_size') }} as is_small
    from team_quarters
    cross join questions
    left join answers
        on
            answers.subject_type = 'team'
            and team_quarters.team_id = answers.subject_id
            and team_quarters.quarter_start = answers.quarter_start
            and questions.question = answers.question
),

hidden_in_department as (
    {{ hidden_with_others(
        'team_answers', ['department', 'quarter_start', 'question'], 'people',
        'team_id', 'is_small', 'is_hidden'
    ) }}
),

departments_hidden as (
    select
        question,
        team_id,
        quarter_start,
        people,
        is_hidden
    from hidden_in_department
),

-- Answers about an agent come from all departments: no team must be told from them.
hidden_in_company as (
    {{ hidden_with_others(
        'departments_hidden', ['quarter_start', 'question'], 'people', 'team_id',
        'is_hidden', 'is_suppressed'
    ) }}
),

judged as (
    select
        question,
        team_id,
        quarter_start,
        is_suppressed
    from hidden_in_company
)

select * from judged
