with usage as (
    select * from {{ ref('int_run_model_usage') }}
    where usage_date <= {{ as_of_date() }}
),

runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

prices as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by model order by valid_from),
            date '2999-12-31'
        ) as valid_to
    from {{ ref('model_prices') }}
),

daily as (
    select
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
),

-- Prices are dollars for a million tokens; input includes what came from the cache.
priced as (
    select
        daily.*,
        prices.billed_by,
        cast(
            case
                when daily.input_tokens + daily.output_tokens = 0 then 0
                else (
                    cast(daily.input_tokens - daily.cached_input_tokens as double)
                    * prices.input
                    + cast(daily.cached_input_tokens as double) * prices.cached
                    + cast(daily.output_tokens as double) * prices.output
                ) / 1000000
            end as decimal(28, 12)
        ) as list_cost_usd
    from daily
    left join prices
        on
            daily.model = prices.model
            and daily.usage_date >= prices.valid_from
            and daily.usage_date < prices.valid_to
)

select * from priced
