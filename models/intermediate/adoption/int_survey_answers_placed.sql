with responses as (
    select
        *,
        cast(responded_at as date) as response_date
    from {{ ref('stg_adoption__survey_responses') }}
    where cast(responded_at as date) <= {{ as_of_date() }}
),

positions as (
    select * from {{ ref('int_positions_by_day') }}
),

placed as (
    select
        responses.response_id,
        responses.question,
        responses.score,
        responses.worker_key,
        responses.agent_id,
        responses.model_id,
        {{ quarter_start('responses.response_date') }} as quarter_start,
        -- A customer speaks of an agent or a model, never for a team.
        case
            when not responses.is_customer
                then coalesce(positions.team_id, responses.team_id)
        end as team_id
    from responses
    left join positions
        on
            responses.worker_key = positions.worker_key
            and responses.response_date = positions.date_day
)

select * from placed
