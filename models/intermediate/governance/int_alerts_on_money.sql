{% set last_month = last_complete_month() %}

with settlements as (
    select
        *,
        row_number() over (partition by contract_id order by month_start desc)
            as recency_rank
    from {{ ref('kpi_contract_settlement_monthly') }}
    where is_final
),

reconciled as (
    select
        provider,
        {{ month_start('cost_date') }} as month_start,
        {{ strict_sum('billed_usd') }} as billed_usd,
        {{ strict_sum('unallocated_usd') }} as unallocated_usd
    from {{ ref('kpi_cost_reconciliation_daily') }}
    group by provider, {{ month_start('cost_date') }}
),

shares as (
    select
        provider,
        month_start,
        {{ ratio('unallocated_usd', 'billed_usd') }} as unallocated_share
    from reconciled
    where billed_usd > 0 and month_start = {{ last_month }}
),

scenarios as (
    select * from {{ ref('kpi_npv_scenarios') }}
    where scenario = 'base'
),

alerts as (
    select
        'contract' as subject_type,
        contract_id as subject_id,
        'invoiced_usd' as metric,
        month_start as period_start,
        cast(invoiced_usd as double) as value,
        cast(payable_usd as double) as threshold,
        '>' as comparison
    from settlements
    where recency_rank = 1 and status = 'overbilled'
    union all
    select
        'contract' as subject_type,
        contract_id as subject_id,
        'accuracy_high' as metric,
        month_start as period_start,
        accuracy_high as value,
        accuracy_floor as threshold,
        '<' as comparison
    from settlements
    where recency_rank = 1 and is_credited
    union all
    select
        'provider' as subject_type,
        provider as subject_id,
        'unallocated_share' as metric,
        month_start as period_start,
        unallocated_share as value,
        {{ threshold('unallocated_share_limit') }} as threshold,
        '>' as comparison
    from shares
    where unallocated_share > {{ threshold('unallocated_share_limit') }}
    union all
    select
        'initiative' as subject_type,
        initiative_id as subject_id,
        'npv_usd' as metric,
        {{ as_of_date() }} as period_start,
        cast(npv_usd as double) as value,
        cast(0 as double) as threshold,
        '<' as comparison
    from scenarios
    where npv_usd < 0
)

select
    *,
    'warning' as severity
from alerts
