with deployments as (
    select * from {{ ref('stg_operations__deployments') }}
    where deployed_date <= {{ as_of_date() }}
),

days as (
    select
        model_id,
        {{ each_day('min(deployed_date)', as_of_date()) }} as date_day
    from deployments
    group by model_id
),

months as (
    select distinct
        model_id,
        {{ month_start('date_day') }} as month_start
    from days
),

-- The lead time of a rollback is that of the mistake, not of a change.
counted as (
    select
        *,
        {{ month_start('deployed_date') }} as month_start,
        case
            when rolled_back_deployment_id is null
                then {{ microseconds_between('committed_at', 'deployed_at') }}
        end as lead_time
    from deployments
    where is_production and is_successful
),

summed as (
    select
        months.model_id,
        months.month_start,
        count(counted.deployment_id) as production_deployments,
        count(counted.lead_time) as deployments_with_lead_time,
        {{ percentile('counted.lead_time', 0.5) }} / 3600000000
            as median_lead_time_hours,
        count(counted.rolled_back_deployment_id) as rollbacks
    from months
    left join counted
        on
            months.model_id = counted.model_id
            and months.month_start = counted.month_start
    group by months.model_id, months.month_start
),

rated as (
    select
        *,
        {{ ratio('rollbacks', 'production_deployments') }} as rollback_rate
    from summed
)

select * from rated
