with prices as (
    select * from {{ ref('model_prices') }}
),

periods as (
    select
        *,
        coalesce(
            lead(valid_from) over (partition by model order by valid_from),
            date '2999-12-31'
        ) as valid_to
    from prices
)

select * from periods
