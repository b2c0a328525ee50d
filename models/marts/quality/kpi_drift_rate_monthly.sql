with drift as (
    select * from {{ ref('kpi_drift_weekly') }}
),

windows as (
    select
        model_id,
        week_start,
        {{ month_start('week_start') }} as month_start,
        max(case when psi is not null then 1 else 0 end) as is_measured,
        max(case when is_drifted then 1 else 0 end) as is_drifted
    from drift
    group by model_id, week_start
),

counted as (
    select
        model_id,
        month_start,
        cast(sum(is_measured) as bigint) as windows,
        cast(sum(is_drifted) as bigint) as drifted_windows
    from windows
    group by model_id, month_start
),

rated as (
    select
        *,
        {{ ratio('drifted_windows', 'windows') }} as drift_rate
    from counted
),

judged as (
    select
        *,
        coalesce(drift_rate >= {{ threshold('drift_rate_for_retrain') }}, false)
            as retrain_recommended
    from rated
)

select * from judged
