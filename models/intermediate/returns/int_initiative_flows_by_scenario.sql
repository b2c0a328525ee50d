with flows as (
    select * from {{ ref('int_initiative_flows_by_month') }}
),

scenarios as (
    select * from {{ ref('npv_scenarios') }}
),

-- A scenario bends what is planned, never what happened.
bent as (
    select
        flows.initiative_id,
        scenarios.scenario,
        flows.month_start,
        cast(
            flows.benefit_usd * case
                when flows.is_projected then scenarios.benefit_factor else 1
            end as decimal(28, 12)
        ) as benefit_usd,
        cast(
            flows.cost_usd * case
                when flows.is_projected then scenarios.cost_factor else 1
            end as decimal(28, 12)
        ) as cost_usd,
        min(flows.month_start) over (partition by flows.initiative_id) as first_month
    from flows
    cross join scenarios
),

netted as (
    select
        *,
        benefit_usd - cost_usd as net_usd,
        {{ months_between('first_month', 'month_start') }} as month_number
    from bent
),

cumulated as (
    select
        *,
        sum(net_usd) over (
            partition by initiative_id, scenario order by month_start
        ) as cumulative_usd
    from netted
)

select * from cumulated
