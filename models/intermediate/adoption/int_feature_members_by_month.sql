with members as (
    select * from {{ ref('int_team_members_by_month') }}
),

registered as (
    select * from {{ ref('features') }}
),

used as (
    select
        feature_id,
        worker_key,
        {{ month_start('usage_date') }} as month_start
    from {{ ref('stg_adoption__feature_usage') }}
    where has_sessions and usage_date <= {{ as_of_date() }}
    group by feature_id, worker_key, {{ month_start('usage_date') }}
),

first_used as (
    select
        feature_id,
        worker_key,
        min(month_start) as first_month
    from used
    group by feature_id, worker_key
),

-- A feature nobody registered is open to all.
features as (
    select
        first_used.feature_id,
        min(first_used.first_month) as first_month,
        max(registered.eligible_job_profiles) as eligible_job_profiles
    from first_used
    left join registered on first_used.feature_id = registered.feature_id
    group by first_used.feature_id
),

eligible as (
    select
        features.feature_id,
        members.worker_key,
        members.month_start,
        members.team_id,
        members.job_profile
    from members
    inner join features
        on
            members.month_start >= features.first_month
            and (
                features.eligible_job_profiles is null
                or instr(
                    concat(
                        ';', replace(features.eligible_job_profiles, '; ', ';'), ';'
                    ),
                    concat(';', members.job_profile, ';')
                ) > 0
            )
),

taken_up as (
    select
        eligible.*,
        coalesce(first_used.first_month <= eligible.month_start, false)
            as is_onboarded,
        this_month.worker_key is not null as is_active,
        month_before.worker_key is not null as was_active
    from eligible
    left join first_used
        on
            eligible.feature_id = first_used.feature_id
            and eligible.worker_key = first_used.worker_key
    left join used as this_month
        on
            eligible.feature_id = this_month.feature_id
            and eligible.worker_key = this_month.worker_key
            and eligible.month_start = this_month.month_start
    left join used as month_before
        on
            eligible.feature_id = month_before.feature_id
            and eligible.worker_key = month_before.worker_key
            and {{ add_months('eligible.month_start', -1) }} = month_before.month_start
)

select * from taken_up
