with workers as (
    select * from {{ ref('stg_workday__workers') }}
    where not is_deleted and (is_active or termination_date is not null)
),

positions as (
    select * from {{ ref('stg_workday__positions') }}
    where not is_deleted and is_primary_job
),

-- A position holds while its row and the worker's do, within the employment.
employed as (
    select
        positions.worker_key,
        positions.position_key,
        positions.told_from,
        positions.job_profile_id,
        positions.management_level_code,
        positions.business_site,
        positions.worker_type,
        positions.fte,
        workers.told_from as worker_told_from,
        workers.annual_base_pay,
        workers.currency,
        workers.hire_date,
        workers.termination_date,
        greatest(
            positions.valid_from,
            workers.valid_from,
            coalesce(workers.hire_date, date '1900-01-01')
        ) as valid_from,
        least(
            positions.valid_to,
            workers.valid_to,
            coalesce(
                cast({{ add_days('workers.termination_date', 1) }} as date),
                date '2999-12-31'
            )
        ) as valid_to
    from positions
    inner join workers
        on
            positions.worker_key = workers.worker_key
            and positions.valid_from < workers.valid_to
            and positions.valid_to > workers.valid_from
),

ranked as (
    select
        *,
        row_number() over (
            partition by worker_key, valid_from
            order by told_from desc, worker_told_from desc, position_key desc
        ) as position_rank
    from employed
    where valid_to > valid_from
),

-- A later position of the same person ends the one before it, whatever that one says.
ended as (
    select
        *,
        lead(valid_from) over (
            partition by worker_key order by valid_from
        ) as next_from
    from ranked
    where position_rank = 1
),

renamed as (
    select
        worker_key,
        valid_from,
        job_profile_id as job_profile,
        management_level_code as job_level,
        business_site,
        worker_type,
        annual_base_pay,
        currency,
        hire_date,
        termination_date,
        fte,
        least(valid_to, coalesce(next_from, valid_to)) as valid_to
    from ended
)

select * from renamed
