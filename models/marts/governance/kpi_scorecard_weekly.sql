{% set measures = [
    'cost_per_verified_output_usd',
    'verified_resolution_rate',
    'displacement_multiplier',
    'risk_adjusted_savings_usd',
] %}

with agents as (
    select * from {{ ref('agents') }}
),

workflows as (
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

first_week as (
    select {{ week_start('min(deployed_on)') }} as week_start
    from agents
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
        cast(
            {{ add_days(week_end('weeks.week_start'), 'weeks.rework_window_days') }}
            as date
        ) <= {{ as_of_date() }} as is_final,
        cast(coalesce(sum(valued.attempted), 0) as bigint) as attempted,
        {{ strict_sum_joined('valued.outputs_verified', 'valued.agent_id') }}
            as outputs_verified,
        {{ strict_sum_joined('valued.outputs_verified_low', 'valued.agent_id') }}
            as outputs_verified_low,
        {{ strict_sum_joined('valued.oversight_hours', 'valued.agent_id') }}
            as oversight_hours,
        {{ strict_sum_joined('valued.total_cost_usd', 'valued.agent_id') }}
            as total_cost_usd,
        {{ strict_sum_joined('valued.net_rework_cost_usd', 'valued.agent_id') }}
            as net_rework_cost_usd
    from weeks
    left join valued
        on
            weeks.workflow_id = valued.workflow_id
            and weeks.week_start = valued.week_start
    group by weeks.workflow_id, weeks.week_start, weeks.rework_window_days
),

-- The company's savings are known only where every workflow's are.
weighed as (
    select
        by_workflow.*,
        cast(
            case
                when by_workflow.outputs_verified = 0 then 0
                else
                    cast(by_workflow.outputs_verified as double)
                    * baselines.baseline_minutes_per_output / 60
            end as decimal(28, 12)
        ) as displaced_hours,
        cast(
            case
                when by_workflow.outputs_verified_low = 0 then 0
                else
                    cast(by_workflow.outputs_verified_low as double)
                    * baselines.baseline_cost_per_output_usd
            end as decimal(28, 12)
        ) - by_workflow.total_cost_usd - by_workflow.net_rework_cost_usd
            as risk_adjusted_savings_usd
    from by_workflow
    inner join baselines on by_workflow.workflow_id = baselines.workflow_id
),

all_levels as (
    select
        workflow_id,
        week_start,
        is_final,
        attempted,
        outputs_verified,
        oversight_hours,
        total_cost_usd,
        displaced_hours,
        risk_adjusted_savings_usd
    from weighed
    union all
    select
        'all' as workflow_id,
        week_start,
        min(case when is_final then 1 else 0 end) = 1 as is_final,
        cast(sum(attempted) as bigint) as attempted,
        {{ strict_sum('outputs_verified') }} as outputs_verified,
        {{ strict_sum('oversight_hours') }} as oversight_hours,
        {{ strict_sum('total_cost_usd') }} as total_cost_usd,
        {{ strict_sum('displaced_hours') }} as displaced_hours,
        {{ strict_sum('risk_adjusted_savings_usd') }} as risk_adjusted_savings_usd
    from weighed
    group by week_start
),

measured as (
    select
        *,
        {{ ratio('total_cost_usd', 'outputs_verified') }}
            as cost_per_verified_output_usd,
        {{ ratio('outputs_verified', 'attempted') }} as verified_resolution_rate,
        {{ ratio('displaced_hours', 'oversight_hours') }} as displacement_multiplier
    from all_levels
),

preceded as (
    select
        *,
        {% for measure in measures %}
            lag({{ measure }}) over (partition by workflow_id order by week_start)
                as {{ measure }}_before,
        {% endfor %}
        is_final and lag(is_final) over (
            partition by workflow_id order by week_start
        ) as has_change
    from measured
),

-- Changes are taken before rounding: money is rounded once.
changed as (
    select
        week_start,
        workflow_id,
        {{ usd('total_cost_usd') }} as total_cost_usd,
        outputs_verified,
        attempted,
        displaced_hours,
        oversight_hours,
        {% for measure in measures %}
            {% set type = 'decimal(18, 6)' if '_usd' in measure else 'double' %}
            cast({{ measure }} as {{ type }}) as {{ measure }},
            cast(
                case when has_change then {{ measure }} - {{ measure }}_before end
                as {{ type }}
            ) as {{ measure }}_change,
        {% endfor %}
        is_final
    from preceded
)

select * from changed
