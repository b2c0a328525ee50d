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

deployed as (
    select
        workflow_id,
        agent_id,
        {{ each_day('deployed_on', as_of_date()) }} as day
    from agents
    where deployed_on <= {{ as_of_date() }}
),

weeks as (
    select
        workflow_id,
        agent_id,
        {{ week_start('day') }} as week_start
    from deployed
    union
    select
        workflow_id,
        agent_id,
        {{ week_start('closed_date') }} as week_start
    from items
    union
    select
        workflow_id,
        agent_id,
        {{ week_start('run_date') }} as week_start
    from runs
    union
    select
        workflow_id,
        agent_id,
        {{ week_start('cost_date') }} as week_start
    from {{ ref('int_agent_costs_by_workflow') }}
)

select * from weeks
