with first_days as (
    select min(work_date) as first_day
    from {{ ref('stg_hr__timesheets') }}
    union all
    select min(cast(opened_at as date)) as first_day
    from {{ ref('int_work_item_states') }}
    where updated_date <= {{ as_of_date() }}
    union all
    select min(charge_date) as first_day
    from {{ ref('int_charges_unioned') }}
    union all
    select min(cast(started_at as date)) as first_day
    from {{ ref('int_agent_runs') }}
    union all
    select min(usage_date) as first_day
    from {{ ref('stg_adoption__feature_usage') }}
    where usage_date <= {{ as_of_date() }}
    union all
    select min(request_date) as first_day
    from {{ ref('stg_otel__api_requests') }}
    where request_date <= {{ as_of_date() }}
    union all
    select min(cast(responded_at as date)) as first_day
    from {{ ref('stg_adoption__survey_responses') }}
    where cast(responded_at as date) <= {{ as_of_date() }}
    union all
    select min(baseline_start) as first_day
    from {{ ref('workflows') }}
    union all
    select {{ as_of_date() }} as first_day
),

days as (
    select
        {{ each_day(month_start('min(first_day)'), as_of_date()) }} as date_day
    from first_days
),

covered as (
    select
        date_day,
        {{ month_start('date_day') }} as month_start
    from days
)

select * from covered
