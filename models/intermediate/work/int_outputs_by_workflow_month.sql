with agent_outputs as (
    select
        workflow_id,
        month_start,
        cast(sum(outputs_completed) as bigint) as outputs_completed,
        {{ strict_sum('outputs_verified') }} as outputs_verified,
        {{ strict_sum('outputs_verified_low') }} as outputs_verified_low,
        {{ strict_sum('outputs_verified_high') }} as outputs_verified_high
    from {{ ref('int_outputs_by_agent_month') }}
    group by workflow_id, month_start
),

held_outputs as (
    select
        workflow_id,
        {{ month_start('closed_date') }} as month_start,
        count(*) as outputs_successful
    from {{ ref('int_work_items_judged') }}
    where is_successful or is_successful_human
    group by workflow_id, {{ month_start('closed_date') }}
),

-- What any handler got done, beside what agents attempted.
joined as (
    select
        coalesce(agent_outputs.workflow_id, held_outputs.workflow_id) as workflow_id,
        coalesce(agent_outputs.month_start, held_outputs.month_start) as month_start,
        coalesce(agent_outputs.outputs_completed, 0) as outputs_completed,
        {% for end in ['', '_low', '_high'] %}
            {{ known_part(
                'agent_outputs.outputs_verified' ~ end, 'agent_outputs.workflow_id'
            ) }} as outputs_verified{{ end }},
        {% endfor %}
        coalesce(held_outputs.outputs_successful, 0) as all_outputs_successful
    from agent_outputs
    full outer join held_outputs
        on
            agent_outputs.workflow_id = held_outputs.workflow_id
            and agent_outputs.month_start = held_outputs.month_start
)

select * from joined
