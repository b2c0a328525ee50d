with costs as (
    select * from {{ ref('int_model_costs_by_day') }}
),

used as (
    select
        model_id,
        instance_type,
        predicted_date as cost_date,
        cast(sum(predictions) as bigint) as predictions
    from {{ ref('int_predictions_by_hour') }}
    where predicted_date <= {{ as_of_date() }}
    group by model_id, instance_type, predicted_date
),

-- What names no machine used that day is shared over those that were.
pooled as (
    select
        costs.model_id,
        costs.cost_date,
        {{ strict_sum('costs.cost_usd', 'decimal(38, 18)') }} as cost_usd
    from costs
    left join used
        on
            costs.model_id = used.model_id
            and costs.resource_type = used.instance_type
            and costs.cost_date = used.cost_date
    where used.model_id is null
    group by costs.model_id, costs.cost_date
),

machines as (
    select * from used
    union all
    select
        pooled.model_id,
        'none' as instance_type,
        pooled.cost_date,
        cast(0 as bigint) as predictions
    from pooled
    left join used
        on pooled.model_id = used.model_id and pooled.cost_date = used.cost_date
    where used.model_id is null
),

weighed as (
    select
        *,
        sum(predictions) over (partition by model_id, cost_date) as day_predictions
    from machines
),

joined as (
    select
        weighed.*,
        {{ known_part('costs.cost_usd', 'costs.model_id') }} as own_cost_usd,
        {{ known_part('pooled.cost_usd', 'pooled.model_id') }} as pooled_cost_usd
    from weighed
    left join costs
        on
            weighed.model_id = costs.model_id
            and weighed.instance_type = costs.resource_type
            and weighed.cost_date = costs.cost_date
    left join pooled
        on
            weighed.model_id = pooled.model_id
            and weighed.cost_date = pooled.cost_date
),

shared as (
    select
        model_id,
        instance_type,
        cost_date,
        predictions,
        cast(own_cost_usd as decimal(28, 12)) + cast(
            cast(pooled_cost_usd as double)
            * coalesce({{ ratio('predictions', 'day_predictions') }}, 1)
            as decimal(28, 12)
        ) as compute_cost_usd
    from joined
)

select * from shared
