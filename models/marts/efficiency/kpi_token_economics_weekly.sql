with token_costs as (
    select * from {{ ref('int_token_costs_by_agent_week') }}
),

valued as (
    select
        agent_id,
        week_start,
        cast(sum(outputs_successful) as bigint) as outputs_successful,
        {{ strict_sum('total_cost_usd') }} as total_cost_usd
    from {{ ref('int_value_by_agent_week') }}
    group by agent_id, week_start
),

economics as (
    select
        token_costs.agent_id,
        token_costs.model,
        token_costs.week_start,
        token_costs.runs,
        token_costs.input_tokens,
        token_costs.output_tokens,
        token_costs.cached_input_tokens,
        {{ usd('token_costs.token_cost_usd') }} as token_cost_usd,
        {{ usd('valued.total_cost_usd') }} as total_cost_usd,
        coalesce(valued.outputs_successful, 0) as outputs_successful,
        {{ ratio(
            '(token_costs.input_tokens + token_costs.output_tokens)',
            'valued.outputs_successful'
        ) }} as tokens_per_successful_output,
        {{ ratio('token_costs.token_cost_usd', 'valued.total_cost_usd') }}
            as token_cost_share
    from token_costs
    left join valued
        on
            token_costs.agent_id = valued.agent_id
            and token_costs.week_start = valued.week_start
)

select * from economics
