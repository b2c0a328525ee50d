with hours as (
    select * from {{ ref('int_predictions_by_hour') }}
),

windows as (
    select * from {{ ref('int_reference_windows') }}
),

weeks as (
    select distinct
        model_id,
        {{ week_start('predicted_date') }} as week_start
    from hours
),

compared as (
    select
        weeks.model_id,
        weeks.week_start,
        windows.reference_start,
        windows.reference_end,
        {{ week_end('weeks.week_start') }} as week_end
    from weeks
    inner join windows
        on
            weeks.model_id = windows.model_id
            and weeks.week_start > windows.reference_end
)

select * from compared
