{% set shared_measures = [
    'outputs_verified',
    'outputs_verified_low',
    'total_cost_usd',
    'oversight_hours',
    'net_rework_hours',
    'displaced_hours',
    'risk_adjusted_savings_usd',
] %}

with valued as (
    select * from {{ ref('int_value_by_agent_week') }}
),

teams as (
    select
        workflow_id,
        agent_id,
        team_id,
        {{ week_start('closed_date') }} as week_start,
        count(*) as attempted,
        count(case when is_completed then 1 end) as completed,
        count(case when is_successful then 1 end) as successful,
        {{ strict_sum(
            'case when is_successful then business_value_usd else 0 end'
        ) }} as value_usd
    from {{ ref('int_work_items_judged') }}
    where is_attempted
    group by workflow_id, agent_id, team_id, {{ week_start('closed_date') }}
),

weighed as (
    select
        *,
        {{ at_baseline('outputs_verified', 'baseline_minutes_per_output') }} / 60
            as displaced_hours,
        {{ at_baseline('outputs_verified_low', 'baseline_cost_per_output_usd') }}
        - cast(total_cost_usd + net_rework_cost_usd as double)
            as risk_adjusted_savings_usd
    from valued
),

-- An agent's numbers go to the teams by the items it attempted for them; what a week
-- without any cost belongs to no team.
shared as (
    select
        weighed.workflow_id,
        weighed.agent_id,
        teams.team_id,
        weighed.week_start,
        coalesce(teams.attempted, 0) as attempted,
        coalesce(teams.completed, 0) as completed,
        coalesce(teams.successful, 0) as successful,
        {{ known_part('teams.value_usd', 'teams.agent_id') }} as value_usd,
        {% for measure in shared_measures %}
            cast(
                cast(weighed.{{ measure }} as double)
                * coalesce({{ ratio('teams.attempted', 'weighed.attempted') }}, 1)
                as decimal(28, 12)
            ) as {{ measure }},
        {% endfor %}
        weighed.is_final
    from weighed
    left join teams
        on
            weighed.workflow_id = teams.workflow_id
            and weighed.agent_id = teams.agent_id
            and weighed.week_start = teams.week_start
),

displaced as (
    select
        *,
        cast(displaced_hours - oversight_hours - net_rework_hours as decimal(28, 12))
            as verified_hours
    from shared
)

select * from displaced
