with breaches as (
    select * from {{ ref('int_alerts_on_agents') }}
    union all
    select * from {{ ref('int_alerts_on_models') }}
    union all
    select * from {{ ref('int_alerts_on_money') }}
    union all
    select * from {{ ref('int_alerts_on_evidence') }}
),

roles as (
    select * from {{ ref('governance_roles') }}
),

agents as (
    select * from {{ ref('agents') }}
),

initiatives as (
    select * from {{ ref('initiatives') }}
),

-- Who answers for this one, else for this measure, else for things of this kind.
owned as (
    select
        breaches.*,
        coalesce(
            agents.owner_role,
            initiatives.sponsor_role,
            metric_roles.owner_role,
            subject_roles.owner_role
        ) as owner_role
    from breaches
    left join agents
        on
            breaches.subject_id = agents.agent_id
            and breaches.subject_type = 'agent'
    left join initiatives
        on
            breaches.subject_id = initiatives.initiative_id
            and breaches.subject_type = 'initiative'
    left join roles as metric_roles
        on
            breaches.subject_type = metric_roles.subject_type
            and breaches.metric = metric_roles.metric
    left join roles as subject_roles
        on
            breaches.subject_type = subject_roles.subject_type
            and subject_roles.metric is null
),

-- What is measured as of today and not by a period stays one alert while it lasts.
alerts as (
    select
        subject_type,
        subject_id,
        metric,
        period_start,
        value,
        comparison,
        severity,
        owner_role,
        cast(threshold as double) as threshold,
        md5(
            concat_ws(
                '|',
                subject_type,
                subject_id,
                metric,
                cast(nullif(period_start, {{ as_of_date() }}) as string)
            )
        ) as alert_id
    from owned
)

select * from alerts
