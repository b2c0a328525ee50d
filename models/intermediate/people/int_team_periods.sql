{% set lengths = {'week': none, 'month': 1, 'quarter': 3} %}

with positions as (
    select * from {{ ref('int_positions_by_day') }}
),

team_quarters as (
    select * from {{ ref('int_team_quarters_suppressed') }}
),

windows as (
    select max(rework_window_days) as longest_days
    from {{ ref('workflows') }}
),

periods as (
    {% for period, months in lengths.items() %}
        {% set start = "cast(date_trunc('" ~ period ~ "', date_day) as date)" %}
        select distinct
            team_id,
            '{{ period }}' as period,
            {{ start }} as period_start,
            {% if months %}
                {{ add_months(start, -months) }} as previous_start,
                cast({{ add_days(add_months(start, months), -1) }} as date)
                    as period_end
            {% else %}
                cast({{ add_days(start, -7) }} as date) as previous_start,
                {{ week_end(start) }} as period_end
            {% endif %}
        from positions
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- A week or month is hidden with any quarter that it touches.
judged as (
    select
        periods.team_id,
        periods.period,
        periods.period_start,
        periods.previous_start,
        max(case when team_quarters.is_suppressed then 1 else 0 end) = 1
            as is_suppressed,
        coalesce(
            {{ window_has_passed('periods.period_end', 'windows.longest_days') }}, false
        ) as is_final
    from periods
    cross join windows
    inner join team_quarters
        on
            periods.team_id = team_quarters.team_id
            and team_quarters.quarter_start in (
                {{ quarter_start('periods.period_start') }},
                {{ quarter_start('periods.period_end') }}
            )
    group by
        periods.team_id,
        periods.period,
        periods.period_start,
        periods.previous_start,
        periods.period_end,
        windows.longest_days
)

select * from judged
