with source as (
    select * from {{ source('raw', 'otlp_logs') }}
    where
        event_name = 'gen_ai.evaluation.result'
        and trace_id is not null
        and evaluation_name is not null
),

latest as (
    {{ latest_by_key('source', [
        'trace_id',
        'span_id',
        'evaluation_name',
        'occurred_at',
    ]) }}
),

renamed as (
    select
        trace_id,
        evaluation_name,
        score_value,
        score_label,
        occurred_at as evaluated_at,
        coalesce(span_id, '') as span_id
    from latest
)

select * from renamed
