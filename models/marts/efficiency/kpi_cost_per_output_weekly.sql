with valued as (
    select * from {{ ref('int_value_by_agent_week') }}
),

accuracy as (
    select * from {{ ref('kpi_task_accuracy_weekly') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

measured as (
    select
        valued.*,
        workflows.accuracy_floor,
        accuracy.accuracy_low,
        cast({{ threshold('cost_ratio_limit') }} as double) as cost_ratio_limit,
        {{ ratio('valued.total_cost_usd', 'valued.outputs_successful') }}
            as cost_per_output,
        {{ ratio('valued.total_cost_usd', 'valued.outputs_verified') }}
            as cost_per_verified_output,
        {{ ratio('valued.total_cost_usd', 'valued.outputs_verified') }}
        / nullif(valued.baseline_cost_per_output_usd, 0) as cost_ratio,
        {{ ratio('valued.total_cost_usd', 'valued.outputs_verified_low') }}
        / nullif(valued.baseline_cost_per_output_usd, 0) as cost_ratio_high
    from valued
    inner join accuracy
        on
            valued.workflow_id = accuracy.workflow_id
            and valued.agent_id = accuracy.agent_id
            and valued.week_start = accuracy.week_start
    left join workflows on valued.workflow_id = workflows.workflow_id
),

ruled as (
    select
        *,
        coalesce(
            is_final
            and cost_ratio_high < cost_ratio_limit
            and accuracy_low >= accuracy_floor,
            false
        ) as meets_rule_this_week
    from measured
),

-- A week that misses the rule starts a new island; the streak is the place in it.
islands as (
    select
        *,
        sum(case when meets_rule_this_week then 0 else 1 end) over (
            partition by workflow_id, agent_id order by week_start
        ) as misses
    from ruled
),

counted as (
    select
        *,
        sum(case when meets_rule_this_week then 1 else 0 end) over (
            partition by workflow_id, agent_id, misses order by week_start
        ) as consecutive_weeks
    from islands
),

published as (
    select
        workflow_id,
        agent_id,
        week_start,
        {% for part in [
            'compute', 'licensing', 'integration', 'oversight', 'total', 'other', 'rework'
        ] %}
            {{ usd(part ~ '_cost_usd') }} as {{ part }}_cost_usd,
        {% endfor %}
        outputs_completed,
        outputs_settled,
        outputs_successful,
        outputs_verified,
        outputs_verified_low,
        outputs_verified_high,
        {{ usd('cost_per_output') }} as cost_per_output_usd,
        {{ usd('cost_per_verified_output') }} as cost_per_verified_output_usd,
        {{ usd('baseline_cost_per_output_usd') }} as baseline_cost_per_output_usd,
        cost_ratio,
        cost_ratio_high,
        cost_ratio_limit,
        accuracy_low,
        accuracy_floor,
        is_final,
        meets_rule_this_week,
        cast(consecutive_weeks as bigint) as consecutive_weeks,
        consecutive_weeks >= {{ threshold('cost_rule_weeks') }} as meets_rule
    from counted
)

select * from published
