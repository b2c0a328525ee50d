{% set measures = [
    'cost_per_verified_output_usd',
    'verified_resolution_rate',
    'displacement_multiplier',
    'risk_adjusted_savings_usd',
] %}
{% set sums = [
    'outputs_verified', 'outputs_verified_low', 'outputs_verified_high',
    'displaced_hours', 'displaced_hours_low', 'displaced_hours_high',
    'risk_adjusted_savings_usd', 'verified_savings_usd', 'verified_savings_high_usd',
    'total_cost_usd', 'net_rework_cost_usd', 'oversight_hours',
] %}
{# More outputs for the same money are cheaper: the ends of cost change sides. #}
{% set ends = {'': ('', ''), '_low': ('_low', '_high'), '_high': ('_high', '_low')} %}

with by_workflow as (
    select * from {{ ref('int_value_by_workflow_week') }}
),

-- The company's numbers are known only where every workflow's are.
all_levels as (
    select
        workflow_id,
        week_start,
        attempted,
        {{ sums | join(',\n        ') }},
        is_final
    from by_workflow
    union all
    select
        'all' as workflow_id,
        week_start,
        cast(sum(attempted) as bigint) as attempted,
        {% for sum in sums %}
            {{ strict_sum(sum) }} as {{ sum }},
        {% endfor %}
        min(case when is_final then 1 else 0 end) = 1 as is_final
    from by_workflow
    group by week_start
),

measured as (
    select
        {% for end, (same, other) in ends.items() %}
            {{ ratio('total_cost_usd', 'outputs_verified' ~ other) }}
                as cost_per_verified_output_usd{{ end }},
            {{ ratio('outputs_verified' ~ same, 'attempted') }}
                as verified_resolution_rate{{ end }},
            {{ ratio('displaced_hours' ~ same, 'oversight_hours') }}
                as displacement_multiplier{{ end }},
        {% endfor %}
        *
    from all_levels
),

preceded as (
    select
        *,
        {% for measure in measures %}
            lag({{ measure }}) over in_order as {{ measure }}_before,
        {% endfor %}
        is_final and lag(is_final) over in_order as has_change
    from measured
    window in_order as (partition by workflow_id order by week_start)
),

-- Changes are taken before rounding: money is rounded once.
changed as (
    select
        week_start,
        workflow_id,
        attempted,
        {% for sum in sums if sum not in measures %}
            {{ usd(sum) if '_usd' in sum else sum }} as {{ sum }},
        {% endfor %}
        {% for end in ['_low', '_high'] %}
            {% set cost = 'cost_per_verified_output_usd' ~ end %}
            {{ usd(cost) }} as {{ cost }},
            verified_resolution_rate{{ end }},
            displacement_multiplier{{ end }},
        {% endfor %}
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
