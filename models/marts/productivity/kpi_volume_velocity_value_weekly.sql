with outputs as (
    select * from {{ ref('int_outputs_by_agent_week') }}
),

items as (
    select
        *,
        {{ week_start('closed_date') }} as week_start
    from {{ ref('int_work_items_judged') }}
    where is_attempted
),

baselines as (
    select * from {{ ref('int_baselines_by_workflow') }}
),

measured as (
    select
        workflow_id,
        agent_id,
        week_start,
        count(case when is_completed and latency_minutes <= sla_minutes then 1 end)
            as completed_within_sla,
        {{ percentile(
            'case when is_completed then latency_minutes end', 0.5
        ) }} as latency_median_minutes,
        {{ percentile(
            'case when is_completed then latency_minutes end', 0.95
        ) }} as latency_p95_minutes,
        {{ strict_sum(
            'case when is_successful then business_value_usd else 0 end'
        ) }} as value_usd
    from items
    group by workflow_id, agent_id, week_start
),

joined as (
    select
        outputs.workflow_id,
        outputs.agent_id,
        outputs.week_start,
        outputs.attempted,
        outputs.outputs_completed as completed,
        outputs.outputs_successful as successful,
        outputs.provisional,
        {{ ratio('outputs.outputs_completed', 'outputs.attempted') }}
            as completion_rate,
        measured.latency_median_minutes,
        measured.latency_p95_minutes,
        coalesce(measured.completed_within_sla, 0) as completed_within_sla,
        {{ ratio('measured.completed_within_sla', 'outputs.attempted') }}
            as sla_attainment,
        baselines.baseline_latency_median_minutes,
        baselines.baseline_latency_p95_minutes,
        {{ usd('case when outputs.attempted = 0 then 0 else measured.value_usd end') }}
            as value_usd,
        outputs.is_final
    from outputs
    left join measured
        on
            outputs.workflow_id = measured.workflow_id
            and outputs.agent_id = measured.agent_id
            and outputs.week_start = measured.week_start
    left join baselines on outputs.workflow_id = baselines.workflow_id
)

select * from joined
