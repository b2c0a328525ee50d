{#
    The numbers drift is told from: one row a prediction that a model of the relation made from the
    first to the last date, and its score or one of its features. What is not finite is left out.
    relation: has model_id; first_date, last_date: its columns; kept: those that each row carries.
#}
{% macro predicted_numbers(relation, first_date, last_date, kept) -%}
    {%- set columns = ['model_id'] + kept -%}
    with received as (
        select * from {{ ref('stg_operations__predictions') }}
        where prediction_id in (
            select chosen.prediction_id
            from {{ ref('stg_operations__predictions') }} as chosen
            inner join {{ relation }} as periods
                on
                    chosen.model_id = periods.model_id
                    and chosen.predicted_date
                    between periods.{{ first_date }} and periods.{{ last_date }}
        )
    ),

    latest as (
        {{ latest_by_key('received', ['prediction_id'], ['labeled_at']) }}
    ),

    dated as (
        select
            periods.{{ columns | join(', periods.') }},
            latest.score,
            latest.features
        from {{ relation }} as periods
        inner join latest
            on
                periods.model_id = latest.model_id
                and latest.predicted_date
                between periods.{{ first_date }} and periods.{{ last_date }}
    ),

    listed as (
        select
            {{ columns | join(', ') }},
            {{ json_numbers('features') }} as number
        from dated
        where features is not null
    )

    select
        {{ columns | join(', ') }},
        number.key as feature,
        number.value as value
    from listed
    where abs(number.value) <= 1.7976931348623157e308
    union all
    select
        {{ columns | join(', ') }},
        'score' as feature,
        score as value
    from dated
    where score is not null
{%- endmacro %}
