with experiments as (
    select * from {{ ref('kpi_experiment_readouts') }}
    where is_primary and status = 'invalid'
),

gaps as (
    select
        *,
        max(case when is_final then month_start end) over () as last_final_month
    from {{ ref('kpi_usage_outcome_gap_monthly') }}
),

latest_gaps as (
    select * from gaps
    where month_start = last_final_month and not is_suppressed
),

feeds as (
    select
        feed,
        cast({{ days_between('newest_event_date', as_of_date()) }} as double) as age
    from {{ ref('int_feeds_landed') }}
),

alerts as (
    select
        'experiment' as subject_type,
        experiment_id as subject_id,
        'srm_p_value' as metric,
        {{ as_of_date() }} as period_start,
        srm_p_value as value,
        {{ threshold('srm_p_value_limit') }} as threshold,
        '<' as comparison
    from experiments
    union all
    select
        'team' as subject_type,
        team_id as subject_id,
        'token_growth' as metric,
        month_start as period_start,
        token_growth as value,
        {{ threshold('tokenmaxxing_token_growth') }} as threshold,
        '>=' as comparison
    from latest_gaps
    where is_tokenmaxxing
    union all
    select
        'team' as subject_type,
        team_id as subject_id,
        'return_rate_p_value' as metric,
        month_start as period_start,
        return_rate_p_value as value,
        {{ threshold('workslop_p_value') }} as threshold,
        '<' as comparison
    from latest_gaps
    where is_workslop
    union all
    select
        'company' as subject_type,
        feed as subject_id,
        'days_since_last_row' as metric,
        {{ as_of_date() }} as period_start,
        age as value,
        {{ threshold('feed_stale_days') }} as threshold,
        '>' as comparison
    from feeds
    where age > {{ threshold('feed_stale_days') }}
)

select
    *,
    'warning' as severity
from alerts
