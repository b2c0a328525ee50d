with responses as (
    select
        *,
        cast(responded_at as date) as response_date
    from {{ ref('stg_adoption__survey_responses') }}
    where cast(responded_at as date) <= {{ as_of_date() }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

placed as (
    select
        responses.*,
        {{ quarter_start('responses.response_date') }} as quarter_start,
        coalesce(positions.team_id, responses.team_id) as placed_team_id
    from responses
    left join positions
        on
            responses.worker_key = positions.worker_key
            and responses.response_date = positions.date_day
),

-- A customer speaks of an agent or a model, never for a team.
by_subject as (
    select
        *,
        'team' as subject_type,
        placed_team_id as subject_id
    from placed
    where placed_team_id is not null and not is_customer
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
        count(distinct worker_key) + count(case when worker_key is null then 1 end)
            as people,
        count(case when question = 'nps' and score >= 9 then 1 end) as promoters,
        count(case when question = 'nps' and score <= 6 then 1 end) as detractors
    from by_subject
    group by subject_type, subject_id, quarter_start, question
)

select * from counted
