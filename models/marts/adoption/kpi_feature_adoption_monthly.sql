with feature_groups as (
    select * from {{ ref('int_feature_groups_by_month') }}
),

-- What was hidden last month must not be told this month.
compared as (
    select
        feature_groups.*,
        feature_groups.is_suppressed
        or coalesce(month_before.is_suppressed, false) as is_before_hidden
    from feature_groups
    left join feature_groups as month_before
        on
            feature_groups.feature_id = month_before.feature_id
            and feature_groups.team_id = month_before.team_id
            and feature_groups.job_profile = month_before.job_profile
            and {{ add_months('feature_groups.month_start', -1) }}
            = month_before.month_start
),

published as (
    select
        feature_id,
        team_id,
        job_profile,
        month_start,
        {{ shown('eligible') }} as eligible,
        {{ shown('onboarded') }} as onboarded,
        {{ shown('active') }} as active,
        {{ shown('active_before', 'is_before_hidden') }} as active_before,
        {{ shown('retained', 'is_before_hidden') }} as retained,
        {{ shown(ratio('active', 'eligible')) }} as adoption_rate,
        {{ shown(ratio('retained', 'active_before'), 'is_before_hidden') }}
            as retention_rate,
        is_suppressed
    from compared
)

select * from published
