with tokens as (
    select * from {{ ref('int_tokens_by_agent_day') }}
),

runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

agents as (
    select * from {{ ref('agents') }}
),

-- A bill is split by what its tokens cost at list price; others' tokens do not count.
drivers as (
    select
        'tokens' as attribution,
        billed_by as provider,
        usage_date as driver_date,
        agent_id,
        cast(sum(list_cost_usd) as decimal(28, 12)) as driver
    from tokens
    where billed_by is not null
    group by billed_by, usage_date, agent_id
    union all
    select
        'run_hours' as attribution,
        null as provider,
        run_date as driver_date,
        agent_id,
        cast(sum(run_hours) as decimal(28, 12)) as driver
    from runs
    group by run_date, agent_id
    union all
    select
        'even' as attribution,
        null as provider,
        {{ each_day('deployed_on', as_of_date()) }} as driver_date,
        agent_id,
        cast(1 as decimal(28, 12)) as driver
    from agents
    where deployed_on <= {{ as_of_date() }}
)

select * from drivers
where driver > 0
