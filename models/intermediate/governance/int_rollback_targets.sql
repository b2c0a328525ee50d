with drift as (
    select distinct
        model_id,
        week_start
    from {{ ref('kpi_drift_weekly') }}
    where is_drifted
),

deployments as (
    select * from {{ ref('stg_operations__deployments') }}
    where is_production and is_successful
),

known as (
    select
        drift.model_id,
        drift.week_start,
        deployments.deployment_id,
        deployments.version,
        deployments.deployed_at
    from drift
    inner join deployments
        on
            drift.model_id = deployments.model_id
            and deployments.deployed_date <= {{ week_end('drift.week_start') }}
),

-- What was rolled back once is no place to go back to.
rolled_back as (
    select distinct
        drift.model_id,
        drift.week_start,
        deployments.rolled_back_deployment_id as deployment_id
    from drift
    inner join deployments
        on
            drift.model_id = deployments.model_id
            and deployments.deployed_date <= {{ week_end('drift.week_start') }}
    where deployments.rolled_back_deployment_id is not null
),

running as (
    select
        *,
        first_value(version) over (
            partition by model_id, week_start
            order by deployed_at desc, deployment_id desc
        ) as running_version
    from known
),

candidates as (
    select
        running.*,
        row_number() over (
            partition by running.model_id, running.week_start
            order by running.deployed_at desc, running.deployment_id desc
        ) as recency_rank
    from running
    left join rolled_back
        on
            running.model_id = rolled_back.model_id
            and running.week_start = rolled_back.week_start
            and running.deployment_id = rolled_back.deployment_id
    where
        rolled_back.deployment_id is null
        and running.version <> running.running_version
),

targets as (
    select
        model_id,
        week_start,
        deployment_id,
        version
    from candidates
    where recency_rank = 1
)

select * from targets
