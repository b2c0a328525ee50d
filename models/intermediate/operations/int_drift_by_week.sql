with bins as (
    select * from {{ ref('int_drift_bins_by_week') }}
),

sized as (
    select
        *,
        sum(of_week) over (partition by model_id, week_start, feature) as n,
        sum(of_reference) over (partition by model_id, week_start, feature)
            as n_reference
    from bins
),

shared as (
    select
        *,
        {{ ratio('of_week', 'n') }} as week_share,
        {{ ratio('of_reference', 'n_reference') }} as reference_share
    from sized
),

-- Doubles are summed as decimals of as many places as they hold, for an index may be
-- tiny.
summed as (
    select
        model_id,
        week_start,
        feature,
        cast(max(n) as bigint) as n,
        cast(max(n_reference) as bigint) as n_reference,
        cast(
            {{ strict_sum(
                'cast(' ~ psi_term('week_share', 'reference_share')
                ~ ' as decimal(28, 18))',
                'decimal(38, 18)',
            ) }} as double
        ) as psi,
        max(distance) as ks
    from shared
    group by model_id, week_start, feature
)

select * from summed
