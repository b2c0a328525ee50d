-- What two feeds tell counts as its provider's authority tells it.
with charges as (
    select told.*
    from {{ ref('int_charges_unioned') }} as told
    inner join {{ ref('int_provider_authorities') }} as authorities
        on
            told.provider = authorities.provider
            and told.source = authorities.source
    where told.charge_date <= {{ as_of_date() }}
),

rules as (
    select * from {{ ref('cost_rules') }}
),

rates as (
    select * from {{ ref('int_fx_rates_by_period') }}
),

kinds as (
    select distinct
        source,
        provider,
        service_category,
        service_name,
        tags
    from charges
),

-- A blank cell of a rule matches anything; the first rule that matches decides.
matched as (
    select
        kinds.*,
        rules.component,
        rules.attribution,
        row_number() over (
            partition by
                kinds.provider, kinds.service_category, kinds.service_name, kinds.tags
            order by rules.priority nulls last
        ) as rule_rank
    from kinds
    left join rules
        on
            coalesce(rules.source, kinds.source) = kinds.source
            and coalesce(rules.provider, kinds.provider) = kinds.provider
            and coalesce(rules.service_category, kinds.service_category)
            = kinds.service_category
            and coalesce(rules.service_name, kinds.service_name) = kinds.service_name
            and (
                rules.tag_key is null
                or {{ json_has_key('kinds.tags', 'rules.tag_key') }}
            )
),

classified as (
    select
        charges.source,
        charges.charge_date,
        charges.provider,
        charges.sub_account_id,
        charges.resource_type,
        charges.tags,
        coalesce(matched.component, 'other') as component,
        coalesce(matched.attribution, 'none') as attribution,
        case
            when charges.currency = 'USD' then charges.effective_cost
            else cast(
                cast(
                    cast(charges.effective_cost as double)
                    * cast(rates.usd_per_unit as double) as decimal(28, 12)
                ) as decimal(38, 18)
            )
        end as cost_usd
    from charges
    inner join matched
        on
            charges.provider = matched.provider
            and charges.service_category = matched.service_category
            and charges.service_name = matched.service_name
            and charges.tags = matched.tags
            and matched.rule_rank = 1
    left join rates
        on
            charges.currency = rates.currency
            and charges.charge_date >= rates.valid_from
            and charges.charge_date < rates.valid_to
)

select * from classified
