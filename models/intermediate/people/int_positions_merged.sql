with hr as (
    select * from {{ ref('stg_hr__positions') }}
),

workday as (
    select * from {{ ref('int_workday_positions') }}
),

teams as (
    select * from {{ ref('workday_teams') }}
),

-- Workday's tables name no organization: the row that says most of profile and site
-- places the position.
placed as (
    select
        workday.*,
        teams.country,
        coalesce(teams.team_id, 'unassigned') as team_id,
        coalesce(teams.department, 'unassigned') as department,
        row_number() over (
            partition by workday.worker_key, workday.valid_from
            order by
                case when teams.job_profile_id is null then 0 else 2 end
                + case when teams.business_site is null then 0 else 1 end desc
        ) as team_rank
    from workday
    left join teams
        on
            coalesce(teams.job_profile_id, workday.job_profile) = workday.job_profile
            and coalesce(teams.business_site, workday.business_site, '')
            = coalesce(workday.business_site, '')
),

-- Who is in both is told by the company's own table.
merged as (
    select
        worker_key,
        valid_from,
        valid_to,
        job_profile,
        job_level,
        team_id,
        department,
        manager_key,
        country,
        worker_type,
        fte,
        annual_base_pay,
        currency
    from hr
    union all
    select
        worker_key,
        valid_from,
        valid_to,
        job_profile,
        job_level,
        team_id,
        department,
        null as manager_key,
        country,
        worker_type,
        fte,
        annual_base_pay,
        currency
    from placed
    where
        team_rank = 1
        and not exists (
            select 1 from hr
            where hr.worker_key = placed.worker_key
        )
)

select * from merged
