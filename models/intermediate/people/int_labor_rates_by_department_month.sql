with positions as (
    select * from {{ ref('int_positions_by_day') }}
    where fte > 0
),

rates as (
    select * from {{ ref('int_fx_rates_by_period') }}
),

factors as (
    select * from {{ ref('labor_factors') }}
),

-- A country without factors of its own takes those of the United States.
costed as (
    select
        positions.department,
        positions.month_start,
        positions.worker_key,
        cast(
            cast(positions.annual_base_pay as double)
            * cast(rates.usd_per_unit as double)
            * coalesce(factors.load_factor, us_factors.load_factor) as decimal(28, 12)
        ) as loaded_pay_usd,
        cast(
            52 * cast(positions.fte as double)
            * coalesce(factors.weekly_hours, us_factors.weekly_hours)
            * coalesce(factors.productive_share, us_factors.productive_share)
            as decimal(28, 12)
        ) as productive_hours
    from positions
    left join rates
        on
            positions.currency = rates.currency
            and positions.date_day >= rates.valid_from
            and positions.date_day < rates.valid_to
    left join factors on positions.country = factors.country
    left join factors as us_factors on us_factors.country = 'US'
),

by_department as (
    select
        department,
        month_start,
        count(distinct worker_key) as people,
        {{ strict_sum('loaded_pay_usd') }} as loaded_pay_usd,
        {{ strict_sum('productive_hours') }} as productive_hours
    from costed
    group by department, month_start
),

-- A rate over fewer than five people would give a person's pay away, and so would a
-- company's rate that holds them: it could be told from the other departments'.
company as (
    select
        month_start,
        {{ strict_sum('loaded_pay_usd') }} as loaded_pay_usd,
        {{ strict_sum('productive_hours') }} as productive_hours
    from by_department
    where people >= {{ threshold('min_cohort_size') }}
    group by month_start
),

labor_rates as (
    select
        by_department.department,
        by_department.month_start,
        case
            when by_department.people >= {{ threshold('min_cohort_size') }}
                then {{ ratio(
                    'by_department.loaded_pay_usd', 'by_department.productive_hours'
                ) }}
            else {{ ratio('company.loaded_pay_usd', 'company.productive_hours') }}
        end as hourly_rate_usd
    from by_department
    left join company on by_department.month_start = company.month_start
    union all
    select
        'company' as department,
        month_start,
        {{ ratio('loaded_pay_usd', 'productive_hours') }} as hourly_rate_usd
    from company
)

select * from labor_rates
