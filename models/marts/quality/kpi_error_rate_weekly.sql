with weeks as (
    select * from {{ ref('int_agent_weeks') }}
),

runs as (
    select
        *,
        {{ week_start('run_date') }} as week_start
    from {{ ref('int_agent_runs_placed') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

counted as (
    select
        weeks.workflow_id,
        weeks.agent_id,
        weeks.week_start,
        count(runs.trace_id) as runs,
        count(case when runs.is_failed then 1 end) as failed_runs,
        count(case when runs.is_contained then 1 end) as contained_runs
    from weeks
    left join runs
        on
            weeks.workflow_id = runs.workflow_id
            and weeks.agent_id = runs.agent_id
            and weeks.week_start = runs.week_start
    group by weeks.workflow_id, weeks.agent_id, weeks.week_start
),

estimated as (
    select
        counted.*,
        workflows.error_rate_ceiling,
        {{ ratio('counted.failed_runs', 'counted.runs') }} as error_rate,
        {{ wilson_low('counted.failed_runs', 'counted.runs') }} as error_rate_low,
        {{ wilson_high('counted.failed_runs', 'counted.runs') }} as error_rate_high,
        {{ ratio('counted.contained_runs', 'counted.failed_runs') }} as contained_rate
    from counted
    left join workflows on counted.workflow_id = workflows.workflow_id
),

judged as (
    select
        workflow_id,
        agent_id,
        week_start,
        runs,
        failed_runs,
        error_rate,
        error_rate_low,
        error_rate_high,
        contained_runs,
        contained_rate,
        error_rate_ceiling,
        coalesce(error_rate_low > error_rate_ceiling, false) as is_breach
    from estimated
)

select * from judged
