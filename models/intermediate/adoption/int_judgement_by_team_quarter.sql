with reviews as (
    select
        *,
        {{ quarter_start('reviewed_at') }} as quarter_start
    from {{ ref('stg_work__agent_reviews') }}
    where
        adjudicated_verdict is not null
        and cast(reviewed_at as date) <= {{ as_of_date() }}
),

items as (
    select
        *,
        {{ quarter_start('closed_date') }} as quarter_start
    from {{ ref('int_work_items_judged') }}
),

-- What people achieve without any AI: the skill that may fade with it.
people_only as (
    select * from items
    where
        is_settled
        and handled_by = 'human'
        and not is_attempted
        and not is_ai_assisted
),

parts as (
    select
        team_id,
        quarter_start,
        reviewer_key,
        1 as adjudicated,
        case when adjudicated_verdict = 'reject' then 1 else 0 end as wrong_outputs,
        case when adjudicated_verdict = 'accept' then 1 else 0 end as right_outputs,
        case
            when adjudicated_verdict = 'reject' and verdict <> 'accept' then 1 else 0
        end as caught,
        case
            when adjudicated_verdict = 'accept' and verdict <> 'accept' then 1 else 0
        end as doubted,
        0 as people_closed,
        0 as people_successful
    from reviews
    union all
    select
        team_id,
        quarter_start,
        cast(null as string) as reviewer_key,
        0 as adjudicated,
        0 as wrong_outputs,
        0 as right_outputs,
        0 as caught,
        0 as doubted,
        1 as people_closed,
        case when is_successful_human then 1 else 0 end as people_successful
    from people_only
),

judged as (
    select
        team_id,
        quarter_start,
        count(distinct reviewer_key)
        + count(case when adjudicated = 1 and reviewer_key is null then 1 end)
            as reviewers,
        {% for measure in [
            'adjudicated',
            'wrong_outputs',
            'right_outputs',
            'caught',
            'doubted',
            'people_closed',
            'people_successful',
        ] %}
            cast(sum({{ measure }}) as bigint) as {{ measure }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from parts
    where team_id is not null
    group by team_id, quarter_start
),

counted as (
    select
        *,
        {{ few_people('reviewers') }} as is_of_few
    from judged
)

select * from counted
