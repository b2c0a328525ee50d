with hours as (
    select * from {{ ref('int_hours_costed') }}
),

states as (
    select * from {{ ref('int_work_item_states') }}
),

runs as (
    select * from {{ ref('int_agent_runs_placed') }}
),

feature_usage as (
    select * from {{ ref('stg_adoption__feature_usage') }}
),

requests as (
    select * from {{ ref('stg_otel__api_requests') }}
),

reviews as (
    select * from {{ ref('stg_work__agent_reviews') }}
),

responses as (
    select * from {{ ref('stg_adoption__survey_responses') }}
),

contributions as (
    select
        worker_key,
        work_date as date_day
    from hours
    union
    select
        worker_key,
        updated_date as date_day
    from states
    union
    select
        person_key as worker_key,
        run_date as date_day
    from runs
    union
    select
        worker_key,
        usage_date as date_day
    from feature_usage
    union
    select
        person_key as worker_key,
        request_date as date_day
    from requests
    union
    select
        reviewer_key as worker_key,
        cast(reviewed_at as date) as date_day
    from reviews
    union
    select
        worker_key,
        cast(responded_at as date) as date_day
    from responses
),

up_to_date as (
    select * from contributions
    where worker_key is not null and date_day <= {{ as_of_date() }}
)

select * from up_to_date
