with answers as (
    select * from {{ ref('int_survey_answers_by_subject') }}
),

placed as (
    select * from {{ ref('int_survey_answers_placed') }}
),

teams_shown as (
    select * from {{ ref('int_survey_teams_hidden') }}
    where not is_suppressed
),

-- An agent's answers less those of the teams that are shown are told as well.
not_of_shown_teams as (
    select placed.*
    from placed
    left join teams_shown
        on
            placed.team_id = teams_shown.team_id
            and placed.quarter_start = teams_shown.quarter_start
            and placed.question = teams_shown.question
    where teams_shown.team_id is null
),

left_over as (
    {% for subject in ['agent', 'model'] %}
        select
            '{{ subject }}' as subject_type,
            {{ subject }}_id as subject_id,
            quarter_start,
            question,
            {{ people('worker_key') }} as people
        from not_of_shown_teams
        where {{ subject }}_id is not null
        group by {{ subject }}_id, quarter_start, question
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

shown as (
    select answers.*
    from answers
    inner join teams_shown
        on
            answers.subject_id = teams_shown.team_id
            and answers.quarter_start = teams_shown.quarter_start
            and answers.question = teams_shown.question
    where answers.subject_type = 'team'
    union all
    select answers.*
    from answers
    left join left_over
        on
            answers.subject_type = left_over.subject_type
            and answers.subject_id = left_over.subject_id
            and answers.quarter_start = left_over.quarter_start
            and answers.question = left_over.question
    where
        answers.subject_type <> 'team'
        and answers.people >= {{ threshold('min_cohort_size') }}
        and not {{ few_people('coalesce(left_over.people, 0)') }}
)

select * from shown
