{% set counts = ['true_positives', 'false_positives', 'false_negatives'] %}
{% set rates = {
    'precision': ['true_positives', 'true_positives + false_positives'],
    'recall': ['true_positives', 'true_positives + false_negatives'],
    'f1': ['2 * true_positives', '2 * true_positives + false_positives + false_negatives'],
    'false_positive_rate': ['false_positives', 'n_labeled - true_positives - false_negatives'],
} %}

with classes as (
    select * from {{ ref('int_classes_by_week') }}
),

models as (
    select * from {{ ref('models') }}
),

-- Without a positive label each class counts alike, one that nothing can be divided by
-- as 0.
summed as (
    select
        classes.model_id,
        classes.cohort,
        classes.week_start,
        models.positive_label,
        {% for name, parts in rates.items() -%}
            cast(
                sum(
                    cast(
                        coalesce({{ ratio(parts[0], parts[1]) }}, 0) as decimal(28, 18)
                    )
                ) as double
            ) / count(*) as mean_{{ name }},
        {% endfor %}
        {%- for count in counts -%}
            cast(
                sum(
                    case
                        when classes.class_label = models.positive_label
                            then classes.{{ count }}
                        else 0
                    end
                ) as bigint
            ) as {{ count }},
        {% endfor -%}
        cast(max(classes.n_labeled) as bigint) as n_labeled
    from classes
    left join models on classes.model_id = models.model_id
    group by
        classes.model_id, classes.cohort, classes.week_start, models.positive_label
),

rated as (
    select
        model_id,
        cohort,
        week_start,
        {% for count in counts -%}
            case when positive_label is not null then {{ count }} end as {{ count }},
        {% endfor %}
        {%- for name, parts in rates.items() -%}
            case
                when positive_label is null then mean_{{ name }}
                else {{ ratio(parts[0], parts[1]) }}
            end as {{ name }},
        {% endfor -%}
        case
            when positive_label is not null
                then n_labeled - true_positives - false_positives - false_negatives
        end as true_negatives
    from summed
)

select * from rated
