with hours as (
    select * from {{ ref('int_hours_costed') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

summed as (
    select
        workflow_id,
        month_start,
        count(distinct worker_key) as people,
        {{ strict_sum('hours') }} as worked_hours
    from hours
    where workflow_id is not null
    group by workflow_id, month_start
),

judged as (
    select
        summed.*,
        {{ few_people('summed.people') }} as is_of_few,
        coalesce(
            summed.month_start >= {{ month_start('workflows.baseline_start') }}
            and summed.month_start <= workflows.baseline_end,
            false
        ) as is_of_baseline
    from summed
    left join workflows on summed.workflow_id = workflows.workflow_id
),

ranked as (
    select
        *,
        max(case when is_of_few then 1 else 0 end) over (
            partition by workflow_id, is_of_baseline
        ) = 1 as has_few,
        row_number() over (
            partition by workflow_id, is_of_baseline, is_of_few
            order by people, month_start
        ) as size_rank
    from judged
),

-- A month of few people could be told as the baseline's hours less its other months':
-- the smallest of those hides with it.
hidden as (
    select
        workflow_id,
        month_start,
        worked_hours,
        is_of_few or (is_of_baseline and has_few and size_rank = 1) as is_suppressed
    from ranked
)

select * from hidden
