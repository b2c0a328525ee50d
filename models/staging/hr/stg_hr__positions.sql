with source as (
    select * from {{ source('raw', 'hr_positions') }}
),

known as (
    select
        *,
        effective_to is not null or termination_date is not null as has_end
    from source
),

-- An end becomes known after the position began: a row that tells one is the newer one,
-- in whichever order the exports arrive.
latest as (
    {{ latest_by_key('known', ['worker_key', 'effective_from'], ['has_end']) }}
),

ended as (
    select
        *,
        coalesce(
            effective_to, cast({{ add_days('termination_date', 1) }} as date)
        ) as stated_to,
        lead(effective_from) over (
            partition by worker_key order by effective_from
        ) as next_from
    from latest
),

-- A later position of the same person ends the one before it, whatever that one says.
renamed as (
    select
        worker_key,
        effective_from as valid_from,
        job_profile,
        job_level,
        team_id,
        department,
        cost_center,
        manager_key,
        country,
        worker_type,
        annual_base_pay,
        currency,
        hire_date,
        termination_date,
        cast(fte_percent / 100.0 as decimal(9, 6)) as fte,
        least(stated_to, next_from, date '2999-12-31') as valid_to
    from ended
)

select * from renamed
