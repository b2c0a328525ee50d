{% set additive = [
    'value_usd',
    'outputs_verified',
    'outputs_verified_low',
    'total_cost_usd',
    'oversight_hours',
    'displaced_hours',
    'verified_hours',
    'risk_adjusted_savings_usd',
] %}

with valued as (
    select * from {{ ref('int_value_by_team_week') }}
),

shown as (
    select * from {{ ref('int_team_periods') }}
    where period = 'week' and not is_suppressed
),

named as (
    select
        valued.*,
        shown.team_id as shown_team_id
    from valued
    left join shown
        on
            valued.team_id = shown.team_id
            and valued.week_start = shown.period_start
),

weekly as (
    select
        workflow_id,
        agent_id,
        shown_team_id as team_id,
        week_start,
        is_final,
        {% for measure in additive %}
            {{ strict_sum(measure, 'decimal(28, 9)') }} as {{ measure }},
        {% endfor %}
        cast(sum(attempted) as bigint) as attempted,
        cast(sum(completed) as bigint) as completed,
        cast(sum(successful) as bigint) as successful
    from named
    group by workflow_id, agent_id, shown_team_id, week_start, is_final
)

select * from weekly
