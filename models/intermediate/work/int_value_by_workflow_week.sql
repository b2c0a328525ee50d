{% set measures = [
    'outputs_verified', 'outputs_verified_low', 'outputs_verified_high',
    'oversight_hours', 'total_cost_usd', 'net_rework_cost_usd',
] %}
{% set savings = {
    '': 'verified_savings_usd',
    '_low': 'risk_adjusted_savings_usd',
    '_high': 'verified_savings_high_usd',
} %}

with registered as (
    select * from {{ ref('workflows') }}
),

days as (
    select * from {{ ref('int_days_covered') }}
),

valued as (
    select * from {{ ref('int_value_by_agent_week') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

-- Work under a workflow nobody registered costs the company all the same.
workflows as (
    select
        workflow_id,
        rework_window_days
    from registered
    union all
    select distinct
        valued.workflow_id,
        cast(0 as bigint) as rework_window_days
    from valued
    left join registered on valued.workflow_id = registered.workflow_id
    where registered.workflow_id is null
),

first_week as (
    select min(week_start) as week_start
    from valued
),

weeks as (
    select distinct
        workflows.workflow_id,
        {{ week_start('days.date_day') }} as week_start,
        workflows.rework_window_days
    from workflows
    cross join days
    cross join first_week
    where days.date_day >= first_week.week_start
),

by_workflow as (
    select
        weeks.workflow_id,
        weeks.week_start,
        {{ window_has_passed(
            week_end('weeks.week_start'), 'weeks.rework_window_days'
        ) }} as is_final,
        {% for measure in measures %}
            {{ strict_sum_joined('valued.' ~ measure, 'valued.agent_id') }}
                as {{ measure }},
        {% endfor %}
        cast(coalesce(sum(valued.attempted), 0) as bigint) as attempted
    from weeks
    left join valued
        on
            weeks.workflow_id = valued.workflow_id
            and weeks.week_start = valued.week_start
    group by weeks.workflow_id, weeks.week_start, weeks.rework_window_days
),

weighed as (
    select
        {% for end, saved in savings.items() %}
            {% set verified = 'by_workflow.outputs_verified' ~ end %}
            cast(
                {{ at_baseline(verified, 'baselines.baseline_minutes_per_output') }}
                / 60 as decimal(28, 12)
            ) as displaced_hours{{ end }},
            cast(
                {{ at_baseline(verified, 'baselines.baseline_cost_per_output_usd') }}
                as decimal(28, 12)
            ) - by_workflow.total_cost_usd - by_workflow.net_rework_cost_usd
                as {{ saved }},
        {% endfor %}
        by_workflow.*
    from by_workflow
    left join baselines on by_workflow.workflow_id = baselines.workflow_id
)

select * from weighed
