with placed as (
    select * from {{ ref('int_survey_answers_placed') }}
),

by_subject as (
    select
        *,
        'team' as subject_type,
        team_id as subject_id
    from placed
    where team_id is not null
    union all
    select
        *,
        'agent' as subject_type,
        agent_id as subject_id
    from placed
    where agent_id is not null
    union all
    select
        *,
        'model' as subject_type,
        model_id as subject_id
    from placed
    where model_id is not null
),

-- Of anonymous answers nobody can say how many people gave them: each counts as one.
counted as (
    select
        subject_type,
        subject_id,
        quarter_start,
        question,
        cast(sum(score) as decimal(28, 3)) as score_sum,
        count(*) as answers,
        {{ people('worker_key') }} as people,
        count(case when question = 'nps' and score >= 9 then 1 end) as promoters,
        count(case when question = 'nps' and score <= 6 then 1 end) as detractors
    from by_subject
    group by subject_type, subject_id, quarter_start, question
)

select * from counted
