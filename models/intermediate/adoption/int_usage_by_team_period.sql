{% set users = {'runs': 'run_people', 'tokens': 'token_people'} %}

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
            cast(null as string) as run_key,
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
            case when own_runs > 0 then worker_key end as run_key,
            case when own_runs > 0 or tokens > 0 then worker_key end as token_key
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
        count(distinct run_key) as run_people,
        count(distinct token_key) as token_people
    from by_period
    group by period, team_id, period_start
),

-- Runs that name their team are published one by one, without people. What a few people
-- start or use beside them would tell what one of them does. Weeks and months tell the
-- same: a hidden week could be told as its month less the other weeks, so what overlaps
-- it hides with it.
{% for measure, people in users.items() %}
    hidden_{{ measure }} as (
        select distinct
            summed.period,
            summed.team_id,
            summed.period_start
        from summed
        inner join summed as few
            on
                summed.team_id = few.team_id
                and summed.period_start <= few.period_end
                and summed.period_end >= few.period_start
        where summed.{{ people }} > 0 and {{ few_people('few.' ~ people) }}
    ),
{% endfor %}

shown as (
    select
        summed.period,
        summed.team_id,
        summed.period_start,
        {{ shown('summed.active_people', few_people('summed.active_people')) }}
            as active_people,
        {{ shown('summed.runs', 'hidden_runs.team_id is not null') }} as runs,
        {{ shown('summed.tokens', 'hidden_tokens.team_id is not null') }} as tokens
    from summed
    {% for measure in users %}
        left join hidden_{{ measure }}
            on
                summed.period = hidden_{{ measure }}.period
                and summed.team_id = hidden_{{ measure }}.team_id
                and summed.period_start = hidden_{{ measure }}.period_start
    {% endfor %}
)

select * from shown
