with source as (
    select * from {{ source('raw', 'workday_positions') }}
),

-- A row that closed a period goes before the one that did not know its end yet.
latest as (
    {{ latest_by_key(
        'source',
        ['worker_key', 'position_key', 'valid_from'],
        ['synced_at', 'valid_to is not null']
    ) }}
),

renamed as (
    select
        worker_key,
        position_key,
        valid_from as told_from,
        job_profile_id,
        management_level_code,
        business_site,
        is_primary_job,
        cast(valid_from as date) as valid_from,
        coalesce(
            cast({{ add_days('cast(valid_to as date)', 1) }} as date), date '2999-12-31'
        ) as valid_to,
        coalesce(is_deleted, false) as is_deleted,
        case
            when
                replace(lower(employee_type), '_', ' ') in (
                    'contractor',
                    'contingent worker',
                    'consultant',
                    'independent contractor'
                )
                then 'contractor'
            else 'employee'
        end as worker_type,
        cast(fte_percent / 100.0 as decimal(9, 6)) as fte
    from latest
)

select * from renamed
