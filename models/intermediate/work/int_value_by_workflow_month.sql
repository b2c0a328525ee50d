{% set components = ['compute', 'licensing', 'integration', 'oversight'] %}

with workflows as (
    select * from {{ ref('workflows') }}
),

days as (
    select * from {{ ref('int_days_covered') }}
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

months as (
    select distinct
        workflows.workflow_id,
        workflows.department,
        days.month_start,
        cast(
            {{ add_days(
                month_end('days.month_start'), 'workflows.rework_window_days'
            ) }} as date
        ) <= {{ as_of_date() }} as is_final
    from workflows
    inner join days
        on days.month_start >= {{ month_start('workflows.baseline_start') }}
),

outputs as (
    select
        workflow_id,
        month_start,
        cast(sum(attempted) as bigint) as attempted,
        cast(sum(outputs_completed) as bigint) as outputs_completed,
        cast(sum(outputs_settled) as bigint) as outputs_settled,
        cast(sum(outputs_successful) as bigint) as outputs_successful,
        {{ strict_sum('outputs_verified') }} as outputs_verified,
        {{ strict_sum('outputs_verified_low') }} as outputs_verified_low,
        {{ strict_sum('outputs_verified_high') }} as outputs_verified_high
    from {{ ref('int_outputs_by_agent_month') }}
    group by workflow_id, month_start
),

all_outputs as (
    select
        workflow_id,
        {{ month_start('closed_date') }} as month_start,
        count(*) as outputs_successful
    from {{ ref('int_work_items_judged') }}
    where is_successful or is_successful_human
    group by workflow_id, {{ month_start('closed_date') }}
),

hours as (
    select
        workflow_id,
        month_start,
        {{ strict_sum('hours') }} as worked_hours
    from {{ ref('int_hours_costed') }}
    group by workflow_id, month_start
),

costs as (
    select
        workflow_id,
        {{ month_start('cost_date') }} as month_start,
        {% for component in components %}
            {{ strict_sum(component ~ '_cost_usd', 'decimal(28, 12)') }}
                as {{ component }}_cost_usd,
        {% endfor %}
        {{ strict_sum('oversight_hours', 'decimal(28, 12)') }} as oversight_hours
    from {{ ref('int_agent_costs_by_workflow') }}
    group by workflow_id, {{ month_start('cost_date') }}
),

rework as (
    select
        workflow_id,
        {{ month_start('rework_date') }} as month_start,
        {{ strict_sum('net_rework_hours') }} as net_rework_hours,
        {{ strict_sum('net_rework_cost_usd') }} as net_rework_cost_usd
    from {{ ref('int_rework_by_agent_day') }}
    group by workflow_id, {{ month_start('rework_date') }}
),

joined as (
    select
        months.*,
        baselines.baseline_minutes_per_output,
        baselines.baseline_cost_per_output_usd,
        coalesce(outputs.attempted, 0) as attempted,
        coalesce(outputs.outputs_completed, 0) as outputs_completed,
        coalesce(outputs.outputs_settled, 0) as outputs_settled,
        coalesce(outputs.outputs_successful, 0) as outputs_successful,
        coalesce(all_outputs.outputs_successful, 0) as all_outputs_successful,
        coalesce(hours.worked_hours, 0) as worked_hours,
        {% for end in ['', '_low', '_high'] %}
            case
                when outputs.workflow_id is null then 0
                else outputs.outputs_verified{{ end }}
            end as outputs_verified{{ end }},
        {% endfor %}
        {% for component in components %}
            case
                when costs.workflow_id is null then 0
                else costs.{{ component }}_cost_usd
            end as {{ component }}_cost_usd,
        {% endfor %}
        case when costs.workflow_id is null then 0 else costs.oversight_hours end
            as oversight_hours,
        case when rework.workflow_id is null then 0 else rework.net_rework_hours end
            as net_rework_hours,
        case when rework.workflow_id is null then 0 else rework.net_rework_cost_usd end
            as net_rework_cost_usd
    from months
    inner join baselines on months.workflow_id = baselines.workflow_id
    left join outputs
        on
            months.workflow_id = outputs.workflow_id
            and months.month_start = outputs.month_start
    left join all_outputs
        on
            months.workflow_id = all_outputs.workflow_id
            and months.month_start = all_outputs.month_start
    left join hours
        on
            months.workflow_id = hours.workflow_id
            and months.month_start = hours.month_start
    left join costs
        on
            months.workflow_id = costs.workflow_id
            and months.month_start = costs.month_start
    left join rework
        on
            months.workflow_id = rework.workflow_id
            and months.month_start = rework.month_start
)

select * from joined
