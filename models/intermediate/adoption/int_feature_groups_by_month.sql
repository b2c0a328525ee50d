with members as (
    select * from {{ ref('int_feature_members_by_month') }}
),

periods as (
    select * from {{ ref('int_team_periods') }}
    where period = 'month'
),

grouped as (
    select
        *,
        'all' as group_profile
    from members
    union all
    select
        *,
        job_profile as group_profile
    from members
),

counted as (
    select
        feature_id,
        team_id,
        month_start,
        group_profile as job_profile,
        count(distinct job_profile) as profiles,
        count(*) as eligible,
        count(case when is_onboarded then 1 end) as onboarded,
        count(case when is_active then 1 end) as active,
        count(case when was_active then 1 end) as active_before,
        count(case when is_active and was_active then 1 end) as retained
    from grouped
    group by feature_id, team_id, month_start, group_profile
),

teams as (
    select
        counted.*,
        periods.is_suppressed
        or counted.eligible < {{ threshold('min_cohort_size') }} as is_suppressed
    from counted
    inner join periods
        on
            counted.team_id = periods.team_id
            and counted.month_start = periods.period_start
    where counted.job_profile = 'all'
),

-- A profile that is the whole team is shown like the team.
profiles as (
    select
        counted.*,
        teams.is_suppressed
        or counted.eligible < {{ threshold('min_cohort_size') }}
        or (
            teams.profiles > 1
            and {{ few_people('counted.eligible - counted.active') }}
        ) as is_small
    from counted
    inner join teams
        on
            counted.feature_id = teams.feature_id
            and counted.team_id = teams.team_id
            and counted.month_start = teams.month_start
    where counted.job_profile <> 'all'
),

-- A single hidden profile could be told as the team less the others.
profiles_hidden as (
    {{ hidden_with_others(
        'profiles', ['feature_id', 'team_id', 'month_start'], 'eligible', 'job_profile',
        'is_small', 'is_suppressed'
    ) }}
),

{% set columns %}
        feature_id,
        team_id,
        month_start,
        job_profile,
        eligible,
        onboarded,
        active,
        active_before,
        retained,
        is_suppressed
{% endset %}
feature_groups as (
    select {{ columns }}
    from teams
    union all
    select {{ columns }}
    from profiles_hidden
)

select * from feature_groups
