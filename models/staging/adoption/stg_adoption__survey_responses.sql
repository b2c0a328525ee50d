with source as (
    select * from {{ source('raw', 'survey_responses') }}
),

latest as (
    {{ latest_by_key('source', ['response_id'], ['responded_at']) }}
),

renamed as (
    select
        response_id,
        survey_id,
        question,
        responded_at,
        score,
        worker_key,
        team_id,
        agent_id,
        model_id,
        coalesce(customer, false) as is_customer
    from latest
)

select * from renamed
