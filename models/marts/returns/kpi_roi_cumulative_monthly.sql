{% set benchmarks = [
    'efficiency_gain_benchmark_low',
    'efficiency_gain_benchmark_high',
    'roi_benchmark_low',
    'roi_benchmark_high',
] %}

with monthly as (
    select * from {{ ref('int_initiatives_by_month') }}
),

cumulated as (
    select
        *,
        {% for part in ['benefit_usd', 'cost_usd', 'verified_benefit_usd'] %}
            {{ strict_sum(part, over='running') }} as cumulative_{{ part }},
        {% endfor %}
        {{ ratio('worked_hours', 'outputs_successful') }} as hours_per_output_actual,
        {{ ratio('baseline_hours', 'outputs_successful') }} as hours_per_output_baseline
    from monthly
    window running as (partition by initiative_id order by month_start)
),

returned as (
    select
        initiative_id,
        month_start,
        {{ usd('benefit_usd') }} as benefit_usd,
        {{ usd('cost_usd') }} as cost_usd,
        {{ usd('cumulative_benefit_usd') }} as cumulative_benefit_usd,
        {{ usd('cumulative_cost_usd') }} as cumulative_cost_usd,
        {{ ratio(
            '(cumulative_benefit_usd - cumulative_cost_usd)', 'cumulative_cost_usd'
        ) }} as roi,
        {{ usd('verified_benefit_usd') }} as verified_benefit_usd,
        {{ usd('cumulative_verified_benefit_usd') }} as cumulative_verified_benefit_usd,
        {{ ratio(
            '(cumulative_verified_benefit_usd - cumulative_cost_usd)',
            'cumulative_cost_usd'
        ) }} as roi_verified,
        year_number as year,
        worked_hours,
        outputs_successful,
        hours_per_output_actual,
        hours_per_output_baseline,
        {% for benchmark in benchmarks %}
            {{ threshold(benchmark) }} as {{ benchmark }},
        {% endfor %}
        1 - hours_per_output_actual / nullif(hours_per_output_baseline, 0)
            as efficiency_gain
    from cumulated
)

select * from returned
