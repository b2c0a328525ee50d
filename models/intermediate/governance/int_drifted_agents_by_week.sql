with drift as (
    select * from {{ ref('kpi_drift_weekly') }}
    where is_drifted
),

models as (
    select * from {{ ref('models') }}
    where agent_id is not null
),

targets as (
    select * from {{ ref('int_rollback_targets') }}
),

by_model as (
    select
        models.agent_id,
        drift.model_id,
        drift.week_start,
        {{ text_list('drift.feature') }} as features
    from drift
    inner join models on drift.model_id = models.model_id
    group by models.agent_id, drift.model_id, drift.week_start
),

worded as (
    select
        by_model.agent_id,
        by_model.week_start,
        by_model.model_id || ' (' || by_model.features || ')' as drift,
        case
            when targets.deployment_id is null then 'retrain ' || by_model.model_id
            else
                'roll ' || by_model.model_id || ' back to deployment '
                || targets.deployment_id || ' (version ' || targets.version
                || ') and retrain it'
        end as drift_action
    from by_model
    left join targets
        on
            by_model.model_id = targets.model_id
            and by_model.week_start = targets.week_start
),

by_agent as (
    select
        agent_id,
        week_start,
        {{ text_list('drift') }} as drift,
        {{ text_list('drift_action') }} as actions
    from worded
    group by agent_id, week_start
)

select * from by_agent
