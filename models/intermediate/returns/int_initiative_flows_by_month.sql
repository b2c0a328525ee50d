with flows as (
    select
        *,
        {{ month_end('month_start') }} <= {{ as_of_date() }} as is_complete
    from {{ ref('stg_finance__cash_flows') }}
),

-- What happened counts as far as months are complete, what is planned after that.
chosen as (
    select * from flows
    where (status = 'actual') = is_complete
),

monthly as (
    select
        initiative_id,
        month_start,
        not is_complete as is_projected,
        {{ strict_sum("case when kind = 'benefit' then amount_usd else 0 end") }}
            as benefit_usd,
        {{ strict_sum("case when kind = 'benefit' then 0 else -amount_usd end") }}
            as cost_usd
    from chosen
    group by initiative_id, month_start, is_complete
)

select * from monthly
