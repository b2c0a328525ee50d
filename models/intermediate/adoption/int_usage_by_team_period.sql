with days as (
    select * from {{ ref('int_usage_by_team_day') }}
),

people as (
    select * from {{ ref('int_people_active_by_day') }}
),

by_period as (
    {% for period in ['week', 'month'] %}
        select
            '{{ period }}' as period,
            team_id,
            cast(date_trunc('{{ period }}', date_day) as date) as period_start,
            runs,
            tokens,
            cast(null as string) as worker_key
        from days
        union all
        select
            '{{ period }}' as period,
            team_id,
            cast(date_trunc('{{ period }}', date_day) as date) as period_start,
            0 as runs,
            0 as tokens,
            worker_key
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
        count(distinct worker_key) as active_people
    from by_period
    group by period, team_id, period_start
),

-- The tokens of fewer than five people would tell what one of them does.
cohorts as (
    select
        *,
        active_people between 1 and {{ threshold('min_cohort_size') }} - 1
            as is_small_cohort
    from summed
),

shown as (
    select
        period,
        team_id,
        period_start,
        runs,
        case when not is_small_cohort then active_people end as active_people,
        case when not is_small_cohort then tokens end as tokens
    from cohorts
)

select * from shown
