with agents as (
    select * from {{ ref('agents') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

gates as (
    select distinct
        gate,
        days_after_deployment
    from {{ ref('decision_gates') }}
),

weeks as (
    select * from {{ ref('int_agent_weeks') }}
),

dated as (
    select
        agents.agent_id,
        agents.workflow_id,
        gates.gate,
        workflows.rework_window_days,
        cast(
            {{ add_days('agents.deployed_on', 'gates.days_after_deployment') }} as date
        ) as review_date
    from agents
    cross join gates
    left join workflows on agents.workflow_id = workflows.workflow_id
),

reached as (
    select
        *,
        least(review_date, {{ as_of_date() }}) as judged_on
    from dated
),

paired as (
    select
        reached.agent_id,
        reached.workflow_id,
        reached.gate,
        reached.review_date,
        reached.rework_window_days,
        weeks.week_start,
        {{ days_between(week_end('weeks.week_start'), 'reached.judged_on') }}
            as days_over
    from reached
    left join weeks
        on
            reached.agent_id = weeks.agent_id
            and reached.workflow_id = weeks.workflow_id
),

-- What was known that day: the last week that was over, and the last that was final.
chosen as (
    select
        agent_id,
        workflow_id,
        gate,
        review_date,
        max(case when days_over >= 0 then week_start end) as week_start,
        max(case when days_over >= rework_window_days then week_start end)
            as final_week_start
    from paired
    group by agent_id, workflow_id, gate, review_date
)

select * from chosen
