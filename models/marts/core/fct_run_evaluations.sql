with evaluations as (
    select * from {{ ref('stg_otel__evaluations') }}
    where cast(evaluated_at as date) <= {{ as_of_date() }}
),

scores as (
    select * from {{ ref('stg_langfuse__scores') }}
    where cast(evaluated_at as date) <= {{ as_of_date() }}
),

-- Two scores of one name at one moment are one that was told twice.
latest_scores as (
    select
        *,
        row_number() over (
            partition by trace_id, span_id, evaluation_name, evaluated_at
            order by score_id
        ) as score_rank
    from scores
),

facts as (
    select
        trace_id,
        span_id,
        evaluation_name,
        'otlp_logs' as source,
        null as origin,
        score_value,
        score_label,
        evaluated_at
    from evaluations
    union all
    select
        trace_id,
        span_id,
        evaluation_name,
        'langfuse' as source,
        origin,
        score_value,
        score_label,
        evaluated_at
    from latest_scores
    where
        score_rank = 1
        and not exists (
            select 1 from evaluations
            where
                evaluations.trace_id = latest_scores.trace_id
                and evaluations.span_id = latest_scores.span_id
                and evaluations.evaluation_name = latest_scores.evaluation_name
        )
)

select * from facts
