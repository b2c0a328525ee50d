{{ config(materialized='view') }}

with focus as (
    select * from {{ ref('int_charges_by_day') }}
),

openai as (
    select * from {{ ref('stg_openai__costs') }}
),

anthropic as (
    select * from {{ ref('stg_anthropic__costs') }}
),

copilot as (
    select * from {{ ref('stg_github__copilot_charges') }}
),

invoices as (
    select
        invoiced.*,
        contracts.vendor,
        contracts.agent_id
    from {{ ref('int_invoices_by_day') }} as invoiced
    inner join {{ ref('contracts') }} as contracts
        on invoiced.contract_id = contracts.contract_id
    where contracts.costed_from = 'vendor_invoices'
),

unioned as (
    select
        'focus' as source,
        charge_date,
        provider,
        currency,
        service_category,
        service_name,
        sub_account_id,
        resource_type,
        tags,
        effective_cost
    from focus
    union all
    select
        'openai_costs' as source,
        charge_date,
        'OpenAI' as provider,
        currency,
        'AI and Machine Learning' as service_category,
        line_item as service_name,
        project_id as sub_account_id,
        '' as resource_type,
        '{}' as tags,
        amount as effective_cost
    from openai
    union all
    select
        'anthropic_costs' as source,
        charge_date,
        'Anthropic' as provider,
        currency,
        'AI and Machine Learning' as service_category,
        description as service_name,
        workspace_id as sub_account_id,
        '' as resource_type,
        '{}' as tags,
        amount as effective_cost
    from anthropic
    union all
    select
        'github_copilot_billing' as source,
        charge_date,
        'GitHub' as provider,
        'USD' as currency,
        'AI and Machine Learning' as service_category,
        product as service_name,
        cost_center as sub_account_id,
        '' as resource_type,
        '{}' as tags,
        cast(net_amount_usd as decimal(38, 18)) as effective_cost
    from copilot
    union all
    select
        'vendor_invoices' as source,
        invoice_date as charge_date,
        vendor as provider,
        currency,
        '' as service_category,
        '' as service_name,
        contract_id as sub_account_id,
        '' as resource_type,
        coalesce('{"agent_id":"' || agent_id || '"}', '{}') as tags,
        amount as effective_cost
    from invoices
)

select * from unioned
