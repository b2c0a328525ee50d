{% set rules = [
    ('accuracy_high', 'accuracy_floor', '<', 'week_start', 'critical'),
    ('error_rate_low', 'error_rate_ceiling', '>', 'week_start', 'critical'),
    ('latency_p95_minutes', 'sla_minutes', '>', 'week_start', 'warning'),
    ('cost_ratio', threshold('cost_ratio_of_people'), '>', 'cost_rule_week', 'warning'),
] %}

with evidence as (
    select
        *,
        max(week_start) over () as last_week
    from {{ ref('int_scope_evidence') }}
),

latest as (
    select * from evidence
    where week_start = last_week
),

alerts as (
    {% for metric, limit, comparison, period, severity in rules %}
        select
            'agent' as subject_type,
            agent_id as subject_id,
            '{{ metric }}' as metric,
            {{ period }} as period_start,
            {{ metric }} as value,
            {{ limit }} as threshold,
            '{{ comparison }}' as comparison,
            '{{ severity }}' as severity
        from latest
        where {{ metric }} {{ comparison }} {{ limit }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from alerts
