with runs as (
    select * from {{ ref('int_team_runs') }}
),

items as (
    select
        *,
        {{ month_start('closed_date') }} as month_start
    from {{ ref('int_work_items_judged') }}
    where is_attempted
),

outputs as (
    select * from {{ ref('int_outputs_by_agent_month') }}
),

attempted as (
    select
        workflow_id,
        agent_id,
        team_id,
        month_start,
        count(*) as attempted
    from items
    group by workflow_id, agent_id, team_id, month_start
),

-- What an agent's outputs are worth as verified ones is known for all its teams
-- together: each has the share that it gave the agent to do.
shared as (
    select
        *,
        sum(attempted) over (
            partition by workflow_id, agent_id, month_start
        ) as attempted_by_all
    from attempted
),

used as (
    select
        team_id,
        agent_id,
        {{ month_start('run_date') }} as month_start,
        cast(0 as decimal(28, 12)) as outputs_verified
    from runs
    union all
    select
        shared.team_id,
        shared.agent_id,
        shared.month_start,
        cast(
            cast(outputs.outputs_verified as double)
            * {{ ratio('shared.attempted', 'shared.attempted_by_all') }}
            as decimal(28, 12)
        ) as outputs_verified
    from shared
    inner join outputs
        on
            shared.workflow_id = outputs.workflow_id
            and shared.agent_id = outputs.agent_id
            and shared.month_start = outputs.month_start
),

by_month as (
    select
        team_id,
        month_start,
        {{ strict_sum('outputs_verified') }} as outputs_verified,
        count(distinct case when agent_id <> 'unknown' then agent_id end) as agents
    from used
    where team_id is not null
    group by team_id, month_start
)

select * from by_month
