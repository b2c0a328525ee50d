{% set metrics = [
    'baseline_outputs',
    'reviews_random',
    'accuracy_low',
    'accuracy_margin_half_width',
    'error_rate',
    'cost_ratio_high',
    'displacement_multiplier',
    'sla_attainment',
] %}
{% set own_targets = {
    'accuracy_low': 'accuracy_floor',
    'accuracy_margin_half_width': 'accuracy_margin',
    'error_rate': 'error_rate_ceiling',
} %}

with criteria as (
    select * from {{ ref('decision_gates') }}
),

measures as (
    select * from {{ ref('int_gate_measures') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

-- A blank target is what the agent's own workflow demands.
valued as (
    select
        measures.agent_id,
        measures.workflow_id,
        criteria.gate,
        criteria.criterion,
        criteria.metric,
        measures.review_date,
        criteria.comparison,
        case criteria.metric
            {% for metric in metrics %}
                when '{{ metric }}' then measures.{{ metric }}
            {% endfor %}
        end as value,
        coalesce(
            criteria.target,
            case criteria.metric
                {% for metric, target in own_targets.items() %}
                    when '{{ metric }}' then workflows.{{ target }}
                {% endfor %}
            end
        ) as target
    from criteria
    inner join measures on criteria.gate = measures.gate
    left join workflows on measures.workflow_id = workflows.workflow_id
),

-- What is unknown on the day of the review is not met.
judged as (
    select
        *,
        case
            when review_date > {{ as_of_date() }} then null
            when comparison = '>=' then coalesce(value >= target, false)
            else coalesce(value <= target, false)
        end as is_met
    from valued
),

passed as (
    select
        agent_id,
        workflow_id,
        gate,
        criterion,
        metric,
        review_date,
        value,
        target,
        comparison,
        is_met,
        min(case when is_met then 1 when not is_met then 0 end) over (
            partition by agent_id, gate
        ) = 1 as is_gate_passed
    from judged
)

select * from passed
