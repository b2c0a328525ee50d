with units as (
    select * from {{ ref('stg_experiments__units') }}
    where assigned_at is null or cast(assigned_at as date) <= {{ as_of_date() }}
),

identified as (
    select
        experiment_id,
        unit_id,
        arm,
        assigned_at,
        coalesce(cluster_id, unit_id) as analysis_unit_id
    from units
)

select * from identified
