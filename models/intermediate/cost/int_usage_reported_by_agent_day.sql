with accounts as (
    select
        named.provider,
        named.account,
        coalesce(named.agent_id, account_models.agent_id) as agent_id
    from {{ ref('agent_accounts') }} as named
    left join {{ ref('models') }} as account_models
        on named.model_id = account_models.model_id
),

reported as (
    select
        'OpenAI' as provider,
        project_id as account,
        usage_date,
        model,
        input_tokens,
        output_tokens,
        cached_input_tokens
    from {{ ref('stg_openai__usage') }}
    union all
    select
        'Anthropic' as provider,
        workspace_id as account,
        usage_date,
        model,
        input_tokens,
        output_tokens,
        cached_input_tokens
    from {{ ref('stg_anthropic__usage') }}
),

daily as (
    select
        accounts.agent_id,
        reported.provider,
        reported.usage_date,
        reported.model,
        cast(sum(reported.input_tokens) as bigint) as input_tokens,
        cast(sum(reported.output_tokens) as bigint) as output_tokens,
        cast(sum(reported.cached_input_tokens) as bigint) as cached_input_tokens
    from reported
    inner join accounts
        on
            reported.provider = accounts.provider
            and reported.account = accounts.account
    where accounts.agent_id is not null and reported.usage_date <= {{ as_of_date() }}
    group by
        accounts.agent_id, reported.provider, reported.usage_date, reported.model
)

select * from daily
