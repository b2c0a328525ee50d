with costs as (
    select * from {{ ref('int_agent_costs_by_day') }}
),

facts as (
    select
        agent_id,
        cost_date,
        provider,
        component,
        attribution,
        is_estimated,
        cast(driver as decimal(28, 12)) as driver,
        {{ usd('cost_usd') }} as cost_usd
    from costs
)

select * from facts
