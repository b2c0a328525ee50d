with reviews as (
    select
        *,
        {{ quarter_start('reviewed_at') }} as quarter_start
    from {{ ref('stg_work__agent_reviews') }}
    where is_random and cast(reviewed_at as date) <= {{ as_of_date() }}
),

by_subject as (
    select
        'team' as subject_type,
        team_id as subject_id,
        quarter_start,
        verdict
    from reviews
    where team_id is not null
    union all
    select
        'agent' as subject_type,
        agent_id as subject_id,
        quarter_start,
        verdict
    from reviews
    where agent_id is not null
),

counted as (
    select
        subject_type,
        subject_id,
        quarter_start,
        count(*) as reviewed,
        count(case when verdict <> 'accept' then 1 end) as overridden
    from by_subject
    group by subject_type, subject_id, quarter_start
)

select * from counted
