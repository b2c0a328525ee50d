with contracts as (
    select * from {{ ref('contracts') }}
),

contract_agents as (
    select * from {{ ref('int_contract_agents') }}
),

agents as (
    select * from {{ ref('agents') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

days as (
    select * from {{ ref('int_days_covered') }}
),

outputs as (
    select
        contract_agents.contract_id,
        outputs.month_start,
        {{ strict_sum('outputs.outputs_verified') }} as outputs_verified,
        {{ strict_sum('outputs.outputs_verified_low') }} as outputs_verified_low
    from contract_agents
    inner join {{ ref('int_outputs_by_agent_month') }} as outputs
        on contract_agents.agent_id = outputs.agent_id
    group by contract_agents.contract_id, outputs.month_start
),

reviews as (
    select
        contract_agents.contract_id,
        {{ month_start('reviews.closed_date') }} as month_start,
        cast(sum(reviews.reviews_random) as bigint) as reviews_random,
        cast(sum(reviews.reviews_accepted) as bigint) as reviews_accepted
    from contract_agents
    inner join {{ ref('int_reviews_by_item') }} as reviews
        on contract_agents.agent_id = reviews.agent_id
    group by contract_agents.contract_id, {{ month_start('reviews.closed_date') }}
),

windows as (
    select
        contract_agents.contract_id,
        max(workflows.rework_window_days) as rework_window_days
    from contract_agents
    left join agents on contract_agents.agent_id = agents.agent_id
    left join workflows on agents.workflow_id = workflows.workflow_id
    group by contract_agents.contract_id
),

months as (
    select distinct
        contracts.contract_id,
        days.month_start
    from contracts
    inner join days
        on
            days.month_start >= {{ month_start('contracts.starts_on') }}
            and days.month_start <= coalesce(contracts.ends_on, {{ as_of_date() }})
    where {{ month_end('days.month_start') }} <= {{ as_of_date() }}
),

monthly as (
    select
        months.contract_id,
        months.month_start,
        {{ known_part('outputs.outputs_verified', 'outputs.contract_id') }}
            as outputs_verified,
        {{ known_part('outputs.outputs_verified_low', 'outputs.contract_id') }}
            as outputs_verified_low,
        coalesce(reviews.reviews_random, 0) as reviews_random,
        coalesce(reviews.reviews_accepted, 0) as reviews_accepted,
        coalesce({{ window_has_passed(
            month_end('months.month_start'), 'windows.rework_window_days'
        ) }}, false) as is_final
    from months
    left join windows on months.contract_id = windows.contract_id
    left join outputs
        on
            months.contract_id = outputs.contract_id
            and months.month_start = outputs.month_start
    left join reviews
        on
            months.contract_id = reviews.contract_id
            and months.month_start = reviews.month_start
)

select * from monthly
