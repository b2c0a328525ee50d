with days as (
    select * from {{ ref('int_usage_by_team_day') }}
),

people as (
    select * from {{ ref('int_people_usage_by_day') }}
),

by_period as (
    {% for period in ['week', 'month'] %}
        select
            '{{ period }}' as period,
            team_id,
            cast(date_trunc('{{ period }}', date_day) as date) as period_start,
            runs,
            tokens,
            cast(null as string) as active_key,
            cast(null as string) as token_key
        from days
        union all
        select
            '{{ period }}' as period,
            team_id,
            cast(date_trunc('{{ period }}', date_day) as date) as period_start,
            0 as runs,
            0 as tokens,
            case when is_active then worker_key end as active_key,
            case when tokens > 0 then worker_key end as token_key
        from people
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

summed as (
    select
        period,
        team_id,
        period_start,
        case
            when period = 'week' then {{ week_end('period_start') }}
            else {{ month_end('period_start') }}
        end as period_end,
        cast(sum(runs) as bigint) as runs,
        cast(sum(tokens) as bigint) as tokens,
        count(distinct active_key) as active_people,
        count(distinct token_key) as token_people
    from by_period
    group by period, team_id, period_start
),

-- Runs and their tokens are published one by one, without people. What a few people use
-- beside them would tell what one of them does.
few_users as (
    select * from summed
    where {{ few_people('token_people') }}
),

-- Weeks and months tell the same tokens: a hidden week could be told as its month less
-- the other weeks, so what overlaps it hides with it.
overlapping as (
    select distinct
        summed.period,
        summed.team_id,
        summed.period_start
    from summed
    inner join few_users
        on
            summed.team_id = few_users.team_id
            and summed.period_start <= few_users.period_end
            and summed.period_end >= few_users.period_start
    where summed.tokens > 0
),

shown as (
    select
        summed.period,
        summed.team_id,
        summed.period_start,
        summed.runs,
        {{ shown('summed.active_people', few_people('summed.active_people')) }}
            as active_people,
        {{ shown('summed.tokens', 'overlapping.team_id is not null') }} as tokens
    from summed
    left join overlapping
        on
            summed.period = overlapping.period
            and summed.team_id = overlapping.team_id
            and summed.period_start = overlapping.period_start
)

select * from shown
