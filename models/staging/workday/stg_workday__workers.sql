with source as (
    select * from {{ source('raw', 'workday_workers') }}
),

-- A row that closed a period goes before the one that did not know its end yet.
latest as (
    {{ latest_by_key(
        'source', ['worker_key', 'valid_from'], ['synced_at', 'valid_to is not null']
    ) }}
),

renamed as (
    select
        worker_key,
        valid_from as told_from,
        annual_base_pay,
        currency,
        hire_date,
        termination_date,
        cast(valid_from as date) as valid_from,
        coalesce(
            cast({{ add_days('cast(valid_to as date)', 1) }} as date), date '2999-12-31'
        ) as valid_to,
        coalesce(is_deleted, false) as is_deleted,
        coalesce(is_active, true) as is_active
    from latest
)

select * from renamed
