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
        cast(sum(runs) as bigint) as runs,
        cast(sum(tokens) as bigint) as tokens,
        count(distinct active_key) as active_people,
        count(distinct token_key) as token_people
    from by_period
    group by period, team_id, period_start
),

-- Runs and their tokens are published one by one, without people. What a few people use
-- beside them would tell what one of them does.
shown as (
    select
        period,
        team_id,
        period_start,
        runs,
        {{ shown('active_people', few_people('active_people')) }} as active_people,
        {{ shown('tokens', few_people('token_people')) }} as tokens
    from summed
)

select * from shown
