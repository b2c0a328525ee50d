with reviews as (
    select
        *,
        {{ quarter_start('reviewed_at') }} as quarter_start
    from {{ ref('stg_work__agent_reviews') }}
    where is_random and cast(reviewed_at as date) <= {{ as_of_date() }}
),

teams as (
    select * from {{ ref('int_team_periods') }}
    where period = 'quarter' and not is_suppressed
),

by_team as (
    select
        team_id,
        quarter_start,
        count(*) as reviewed,
        count(case when verdict <> 'accept' then 1 end) as overridden,
        {{ people('reviewer_key') }} as people
    from reviews
    where team_id is not null
    group by team_id, quarter_start
),

teams_shown as (
    select
        by_team.team_id,
        by_team.quarter_start
    from by_team
    inner join teams
        on
            by_team.team_id = teams.team_id
            and by_team.quarter_start = teams.period_start
    where not {{ few_people('by_team.people') }}
),

-- An agent's reviews less those of the teams that are shown are told as well.
left_over as (
    select
        reviews.agent_id,
        reviews.quarter_start,
        {{ people('reviews.reviewer_key') }} as people
    from reviews
    left join teams_shown
        on
            reviews.team_id = teams_shown.team_id
            and reviews.quarter_start = teams_shown.quarter_start
    where teams_shown.team_id is null
    group by reviews.agent_id, reviews.quarter_start
),

by_agent as (
    select
        agent_id,
        quarter_start,
        count(*) as reviewed,
        count(case when verdict <> 'accept' then 1 end) as overridden,
        {{ people('reviewer_key') }} as people
    from reviews
    where agent_id is not null
    group by agent_id, quarter_start
),

judged as (
    select
        'team' as subject_type,
        team_id as subject_id,
        quarter_start,
        reviewed,
        overridden,
        {{ few_people('people') }} as is_hidden
    from by_team
    union all
    select
        'agent' as subject_type,
        by_agent.agent_id as subject_id,
        by_agent.quarter_start,
        by_agent.reviewed,
        by_agent.overridden,
        {{ few_people('by_agent.people') }}
        or {{ few_people('coalesce(left_over.people, 0)') }} as is_hidden
    from by_agent
    left join left_over
        on
            by_agent.agent_id = left_over.agent_id
            and by_agent.quarter_start = left_over.quarter_start
)

select * from judged
