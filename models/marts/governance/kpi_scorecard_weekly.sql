{% set measures = [
    'cost_per_verified_output_usd',
    'verified_resolution_rate',
    'displacement_multiplier',
    'risk_adjusted_savings_usd',
] %}

with by_workflow as (
    select * from {{ ref('int_value_by_workflow_week') }}
),

-- The company's numbers are known only where every workflow's are.
all_levels as (
    select
        workflow_id,
        week_start,
        is_final,
        attempted,
        outputs_verified,
        outputs_verified_low,
        net_rework_cost_usd,
        oversight_hours,
        total_cost_usd,
        displaced_hours,
        risk_adjusted_savings_usd
    from by_workflow
    union all
    select
        'all' as workflow_id,
        week_start,
        min(case when is_final then 1 else 0 end) = 1 as is_final,
        cast(sum(attempted) as bigint) as attempted,
        {{ strict_sum('outputs_verified') }} as outputs_verified,
        {{ strict_sum('outputs_verified_low') }} as outputs_verified_low,
        {{ strict_sum('net_rework_cost_usd') }} as net_rework_cost_usd,
        {{ strict_sum('oversight_hours') }} as oversight_hours,
        {{ strict_sum('total_cost_usd') }} as total_cost_usd,
        {{ strict_sum('displaced_hours') }} as displaced_hours,
        {{ strict_sum('risk_adjusted_savings_usd') }} as risk_adjusted_savings_usd
    from by_workflow
    group by week_start
),

measured as (
    select
        *,
        {{ ratio('total_cost_usd', 'outputs_verified') }}
            as cost_per_verified_output_usd,
        {{ ratio('outputs_verified', 'attempted') }} as verified_resolution_rate,
        {{ ratio('displaced_hours', 'oversight_hours') }} as displacement_multiplier
    from all_levels
),

preceded as (
    select
        *,
        {% for measure in measures %}
            lag({{ measure }}) over (partition by workflow_id order by week_start)
                as {{ measure }}_before,
        {% endfor %}
        is_final and lag(is_final) over (
            partition by workflow_id order by week_start
        ) as has_change
    from measured
),

-- Changes are taken before rounding: money is rounded once.
changed as (
    select
        week_start,
        workflow_id,
        {{ usd('total_cost_usd') }} as total_cost_usd,
        {{ usd('net_rework_cost_usd') }} as net_rework_cost_usd,
        outputs_verified,
        outputs_verified_low,
        attempted,
        displaced_hours,
        oversight_hours,
        {% for measure in measures %}
            {% set type = 'decimal(18, 6)' if '_usd' in measure else 'double' %}
            cast({{ measure }} as {{ type }}) as {{ measure }},
            cast(
                case when has_change then {{ measure }} - {{ measure }}_before end
                as {{ type }}
            ) as {{ measure }}_change,
        {% endfor %}
        is_final
    from preceded
)

select * from changed
