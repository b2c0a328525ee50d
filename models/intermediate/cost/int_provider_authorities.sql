with told as (
    select distinct
        provider,
        source
    from {{ ref('int_charges_unioned') }}
    where charge_date <= {{ as_of_date() }}
),

rules as (
    select
        provider,
        source,
        row_number() over (partition by provider order by priority) as rule_rank
    from {{ ref('cost_rules') }}
    where provider is not null
),

-- Invoices are charges only of contracts that are costed from them, so they go before
-- FOCUS; FOCUS goes before the vendor's own report.
ranked as (
    select
        provider,
        source,
        row_number() over (
            partition by provider
            order by
                case
                    when source = 'vendor_invoices' then 0
                    when source = 'focus' then 1
                    else 2
                end,
                source
        ) as source_rank
    from told
),

authorities as (
    select
        ranked.provider,
        coalesce(rules.source, ranked.source) as source
    from ranked
    left join rules
        on
            ranked.provider = rules.provider
            and rules.rule_rank = 1
    where ranked.source_rank = 1
)

select * from authorities
