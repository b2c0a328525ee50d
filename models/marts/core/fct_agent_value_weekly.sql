{% set additive = [
    'value_usd',
    'outputs_verified',
    'outputs_verified_low',
    'total_cost_usd',
    'oversight_hours',
    'displaced_hours',
    'verified_hours',
    'risk_adjusted_savings_usd',
] %}

with valued as (
    select
        *,
        cast(date_trunc('quarter', week_start) as date) as first_quarter,
        cast(date_trunc('quarter', {{ week_end('week_start') }}) as date)
            as last_quarter
    from {{ ref('int_value_by_team_week') }}
),

shown as (
    select
        team_id,
        quarter_start
    from {{ ref('int_team_quarters_suppressed') }}
    where not is_suppressed
),

-- A week that touches two quarters names its team only where both do.
named as (
    select
        valued.*,
        case
            when first_shown.team_id is not null and last_shown.team_id is not null
                then valued.team_id
        end as shown_team_id
    from valued
    left join shown as first_shown
        on
            valued.team_id = first_shown.team_id
            and valued.first_quarter = first_shown.quarter_start
    left join shown as last_shown
        on
            valued.team_id = last_shown.team_id
            and valued.last_quarter = last_shown.quarter_start
),

weekly as (
    select
        workflow_id,
        agent_id,
        shown_team_id as team_id,
        week_start,
        is_final,
        {% for measure in additive %}
            {{ strict_sum(measure, 'decimal(28, 9)') }} as {{ measure }},
        {% endfor %}
        cast(sum(attempted) as bigint) as attempted,
        cast(sum(completed) as bigint) as completed,
        cast(sum(successful) as bigint) as successful
    from named
    group by workflow_id, agent_id, shown_team_id, week_start, is_final
)

select * from weekly
