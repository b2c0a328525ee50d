with source as (
    select * from {{ source('raw', 'langfuse') }}
    where data_type is not null and name is not null and trace_id <> id
),

latest as (
    {{ latest_by_key('source', ['id'], ['told_at']) }}
),

renamed as (
    select
        id as score_id,
        name as evaluation_name,
        score_value,
        score_label,
        told_at as evaluated_at,
        lower(score_source) as origin,
        lower(trace_id) as trace_id,
        lower(coalesce(observation_id, '')) as span_id
    from latest
)

select * from renamed
