with drift as (
    select * from {{ ref('int_drift_by_week') }}
    where n > 0 and {{ week_end('week_start') }} <= {{ as_of_date() }}
),

-- An index of few values is chance.
measured as (
    select
        model_id,
        feature,
        week_start,
        n,
        n_reference,
        case
            when
                least(n, n_reference) >= {{ threshold('drift_values_needed') }}
                then psi
        end as psi,
        ks,
        {{ ks_critical('n', 'n_reference') }} as ks_critical
    from drift
),

judged as (
    select
        *,
        coalesce(
            psi >= {{ threshold('drift_psi_limit') }}
            or (ks > ks_critical and psi >= {{ threshold('drift_psi_with_ks') }}),
            false
        ) as is_drifted
    from measured
)

select * from judged
