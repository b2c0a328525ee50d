{% set last_week = last_complete_week() %}
{% set last_month = last_complete_month() %}

with drift as (
    select * from {{ ref('kpi_drift_weekly') }}
    where is_drifted and week_start = {{ last_week }}
),

drift_rates as (
    select * from {{ ref('kpi_drift_rate_monthly') }}
    where retrain_recommended and month_start = {{ last_month }}
),

fairness as (
    select
        *,
        row_number() over (partition by model_id order by week_start desc)
            as recency_rank
    from {{ ref('kpi_model_quality_weekly') }}
    where disparity is not null and week_start <= {{ last_week }}
),

availability as (
    select * from {{ ref('kpi_availability_monthly') }}
    where is_breach and month_start = {{ last_month }}
),

drifted as (
    select
        model_id,
        week_start,
        max(psi) as psi
    from drift
    group by model_id, week_start
),

alerts as (
    select
        'model' as subject_type,
        model_id as subject_id,
        'psi' as metric,
        week_start as period_start,
        psi as value,
        case
            when psi >= {{ threshold('drift_psi_limit') }}
                then {{ threshold('drift_psi_limit') }}
            else {{ threshold('drift_psi_with_ks') }}
        end as threshold,
        '>=' as comparison,
        'warning' as severity
    from drifted
    union all
    select
        'model' as subject_type,
        model_id as subject_id,
        'drift_rate' as metric,
        month_start as period_start,
        drift_rate as value,
        {{ threshold('drift_rate_for_retrain') }} as threshold,
        '>=' as comparison,
        'warning' as severity
    from drift_rates
    union all
    select
        'model' as subject_type,
        model_id as subject_id,
        'is_unfair' as metric,
        week_start as period_start,
        disparity_high as value,
        {{ threshold('disparity_limit') }} as threshold,
        '<' as comparison,
        'critical' as severity
    from fairness
    where recency_rank = 1 and is_unfair
    union all
    select
        subject_type,
        subject_id,
        'availability' as metric,
        month_start as period_start,
        availability as value,
        availability_slo as threshold,
        '<' as comparison,
        'critical' as severity
    from availability
)

select * from alerts
