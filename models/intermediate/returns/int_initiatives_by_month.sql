with flows as (
    select * from {{ ref('int_initiative_flows_by_month') }}
    where not is_projected
),

workflow_value as (
    select * from {{ ref('int_initiative_value_by_month') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

business_value as (
    select
        models.initiative_id,
        business_value.month_start,
        {{ strict_sum('business_value.business_value_usd') }} as business_value_usd
    from {{ ref('kpi_business_value_monthly') }} as business_value
    inner join {{ ref('models') }} as models
        on business_value.model_id = models.model_id
    group by models.initiative_id, business_value.month_start
),

first_months as (
    select
        initiative_id,
        min(month_start) as first_month
    from flows
    group by initiative_id
),

days as (
    select
        initiative_id,
        first_month,
        {{ each_day('first_month', as_of_date()) }} as date_day
    from first_months
),

months as (
    select distinct
        initiative_id,
        first_month,
        {{ month_start('date_day') }} as month_start
    from days
    where {{ month_end(month_start('date_day')) }} <= {{ as_of_date() }}
),

monthly as (
    select
        months.initiative_id,
        months.month_start,
        workflow_value.worked_hours,
        workflow_value.baseline_hours,
        workflow_value.outputs_successful,
        coalesce(flows.benefit_usd, 0) as benefit_usd,
        coalesce(flows.cost_usd, 0) as cost_usd,
        {{ known_part(
            'workflow_value.verified_benefit_usd', 'workflow_value.initiative_id'
        ) }} + {{ known_part(
            'business_value.business_value_usd', 'business_value.initiative_id'
        ) }} as verified_benefit_usd,
        1 + cast(floor(
            {{ months_between(
                'coalesce(initiatives.start_month, months.first_month)',
                'months.month_start'
            ) }} / 12.0
        ) as bigint) as year_number
    from months
    left join initiatives on months.initiative_id = initiatives.initiative_id
    left join flows
        on
            months.initiative_id = flows.initiative_id
            and months.month_start = flows.month_start
    left join workflow_value
        on
            months.initiative_id = workflow_value.initiative_id
            and months.month_start = workflow_value.month_start
    left join business_value
        on
            months.initiative_id = business_value.initiative_id
            and months.month_start = business_value.month_start
)

select * from monthly
