with source as (
    select * from {{ source('raw', 'agent_reviews') }}
),

latest as (
    {{ latest_by_key('source', ['review_id'], ['reviewed_at']) }}
),

renamed as (
    select
        review_id,
        work_item_id,
        agent_id,
        reviewer_key,
        team_id,
        reviewed_at,
        verdict,
        adjudicated_verdict,
        error_severity,
        review_minutes,
        selection = 'random' as is_random,
        coalesce(adjudicated_verdict, verdict) = 'accept' as is_accepted
    from latest
)

select * from renamed
