with costs as (
    select * from {{ ref('int_model_costs_by_instance') }}
),

priced as (
    select
        model_id,
        instance_type,
        cost_date,
        {{ usd(known_part('compute_cost_usd', 'model_id', 'int_charges_unioned')) }}
            as compute_cost_usd,
        predictions,
        {{ ratio(
            known_part('compute_cost_usd', 'model_id', 'int_charges_unioned'),
            'predictions',
        ) }} as cost_per_prediction_usd
    from costs
)

select * from priced
