with source as (
    select * from {{ source('raw', 'timesheets') }}
),

keyed as (
    select
        *,
        coalesce(workflow_id, '') as workflow_part,
        coalesce(agent_id, '') as agent_part,
        coalesce(work_item_id, '') as work_item_part
    from source
),

latest as (
    {{ latest_by_key('keyed', [
        'worker_key', 'work_date', 'activity',
        'workflow_part', 'agent_part', 'work_item_part',
    ]) }}
),

renamed as (
    select
        worker_key,
        work_date,
        activity,
        workflow_id,
        agent_id,
        work_item_id,
        hours
    from latest
)

select * from renamed
