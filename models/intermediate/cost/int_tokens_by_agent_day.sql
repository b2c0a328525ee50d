with usage as (
    select * from {{ ref('int_run_model_usage') }}
    where usage_date <= {{ as_of_date() }}
),

runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

reported as (
    select * from {{ ref('int_usage_reported_by_agent_day') }}
),

prices as (
    select * from {{ ref('int_model_prices_by_period') }}
),

told as (
    select
        true as is_traced,
        runs.agent_id,
        usage.usage_date,
        usage.model,
        usage.model_provider,
        cast(sum(usage.input_tokens) as bigint) as input_tokens,
        cast(sum(usage.output_tokens) as bigint) as output_tokens,
        cast(sum(usage.cached_input_tokens) as bigint) as cached_input_tokens
    from usage
    inner join runs on usage.trace_id = runs.trace_id
    group by runs.agent_id, usage.usage_date, usage.model, usage.model_provider
    union all
    select
        false as is_traced,
        agent_id,
        usage_date,
        model,
        provider as model_provider,
        input_tokens,
        output_tokens,
        cached_input_tokens
    from reported
),

-- Prices are dollars for a million tokens; input includes what came from the cache.
priced as (
    select
        told.*,
        cast(
            case
                when told.input_tokens + told.output_tokens = 0 then 0
                else (
                    cast(told.input_tokens - told.cached_input_tokens as double)
                    * prices.input
                    + cast(told.cached_input_tokens as double) * prices.cached
                    + cast(told.output_tokens as double) * prices.output
                ) / 1000000
            end as decimal(28, 12)
        ) as list_cost_usd,
        case when told.is_traced then prices.billed_by else told.model_provider end
            as billed_by
    from told
    left join prices
        on
            told.model = prices.model
            and told.usage_date >= prices.valid_from
            and told.usage_date < prices.valid_to
),

-- A report stands in for an agent's traces where they tell nothing of its provider.
chosen as (
    select
        *,
        max(case when is_traced then 1 else 0 end) over (
            partition by
                agent_id, usage_date, lower(coalesce(billed_by, model_provider))
        ) as has_traces
    from priced
),

tokens as (
    select
        agent_id,
        usage_date,
        model,
        model_provider,
        billed_by,
        input_tokens,
        output_tokens,
        cached_input_tokens,
        list_cost_usd
    from chosen
    where is_traced or has_traces = 0
)

select * from tokens
