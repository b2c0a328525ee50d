with referred as (
    select * from {{ ref('int_reference_values') }}
),

edged as (
    select
        model_id,
        feature,
        {% for decile in range(1, 10) %}
            {{ percentile('value', decile / 10) }} as edge_{{ decile }},
        {% endfor %}
        count(*) as n_reference
    from referred
    group by model_id, feature
)

select * from edged
