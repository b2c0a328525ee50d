with tokens as (
    select
        *,
        {{ week_start('usage_date') }} as week_start,
        coalesce(billed_by, model_provider) as provider
    from {{ ref('int_tokens_by_agent_day') }}
),

usage as (
    select
        placed.agent_id,
        calls.model,
        {{ week_start('calls.usage_date') }} as week_start,
        count(distinct calls.trace_id) as runs
    from {{ ref('int_run_model_usage') }} as calls
    inner join {{ ref('int_agent_runs_placed') }} as placed
        on calls.trace_id = placed.trace_id
    where calls.usage_date <= {{ as_of_date() }}
    group by placed.agent_id, calls.model, {{ week_start('calls.usage_date') }}
),

compute as (
    select
        agent_id,
        provider,
        {{ week_start('cost_date') }} as week_start,
        {{ strict_sum('cost_usd', 'decimal(38, 18)') }} as cost_usd
    from {{ ref('int_agent_costs_by_day') }}
    where component = 'compute'
    group by agent_id, provider, {{ week_start('cost_date') }}
),

by_provider as (
    select
        agent_id,
        model,
        provider,
        week_start,
        cast(sum(input_tokens) as bigint) as input_tokens,
        cast(sum(output_tokens) as bigint) as output_tokens,
        cast(sum(cached_input_tokens) as bigint) as cached_input_tokens,
        {{ strict_sum('list_cost_usd') }} as list_cost_usd
    from tokens
    group by agent_id, model, provider, week_start
),

-- What the agent paid a provider is split over that provider's models at list price.
split as (
    select
        by_provider.*,
        case
            when compute.agent_id is null then 0
            else cast(
                cast(compute.cost_usd as double)
                * {{ ratio(
                    'by_provider.list_cost_usd',
                    'sum(by_provider.list_cost_usd) over provider_weeks'
                ) }} as decimal(28, 12)
            )
        end as token_cost_usd
    from by_provider
    left join compute
        on
            by_provider.agent_id = compute.agent_id
            and by_provider.provider = compute.provider
            and by_provider.week_start = compute.week_start
    window
        provider_weeks as (
            partition by
                by_provider.agent_id, by_provider.provider, by_provider.week_start
        )
),

by_model as (
    select
        agent_id,
        model,
        week_start,
        cast(sum(input_tokens) as bigint) as input_tokens,
        cast(sum(output_tokens) as bigint) as output_tokens,
        cast(sum(cached_input_tokens) as bigint) as cached_input_tokens,
        {{ strict_sum('token_cost_usd') }} as token_cost_usd
    from split
    group by agent_id, model, week_start
),

with_runs as (
    select
        by_model.*,
        coalesce(usage.runs, 0) as runs
    from by_model
    left join usage
        on
            by_model.agent_id = usage.agent_id
            and by_model.model = usage.model
            and by_model.week_start = usage.week_start
)

select * from with_runs
