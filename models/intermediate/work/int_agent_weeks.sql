with agents as (
    select * from {{ ref('agents') }}
),

items as (
    select * from {{ ref('int_work_items_judged') }}
    where is_attempted
),

runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

costs as (
    select * from {{ ref('int_agent_costs_by_workflow') }}
),

first_days as (
    select
        workflow_id,
        agent_id,
        deployed_on as first_day
    from agents
    where deployed_on <= {{ as_of_date() }}
    union all
    select
        workflow_id,
        agent_id,
        min(closed_date) as first_day
    from items
    group by workflow_id, agent_id
    union all
    select
        workflow_id,
        agent_id,
        min(run_date) as first_day
    from runs
    group by workflow_id, agent_id
    union all
    select
        workflow_id,
        agent_id,
        min(cost_date) as first_day
    from costs
    group by workflow_id, agent_id
),

-- Weeks without gaps: a streak of weeks must not skip the idle ones.
days as (
    select
        workflow_id,
        agent_id,
        {{ each_day('min(first_day)', as_of_date()) }} as date_day
    from first_days
    group by workflow_id, agent_id
),

weeks as (
    select distinct
        workflow_id,
        agent_id,
        {{ week_start('date_day') }} as week_start
    from days
)

select * from weeks
