with incidents as (
    select * from {{ ref('int_incidents_by_subject') }}
    where severity in ('sev1', 'sev2')
),

subjects as (
    select * from {{ ref('int_subjects_in_service') }}
),

-- Down time counts from the first day in service to the end of the as-of date.
cut as (
    select
        incidents.subject_type,
        incidents.subject_id,
        greatest(incidents.down_from, cast(subjects.first_date as timestamp))
            as down_from,
        coalesce(
            incidents.resolved_at,
            cast({{ add_days(as_of_date(), 1) }} as timestamp)
        ) as up_again_at
    from incidents
    inner join subjects
        on
            incidents.subject_type = subjects.subject_type
            and incidents.subject_id = subjects.subject_id
),

-- One that begins before all earlier ones are over goes on with them.
marked as (
    select
        *,
        case
            when
                down_from <= max(up_again_at) over (
                    partition by subject_type, subject_id
                    order by down_from, up_again_at
                    rows between unbounded preceding and 1 preceding
                )
                then 0
            else 1
        end as is_new
    from cut
    where up_again_at > down_from
),

numbered as (
    select
        *,
        sum(is_new) over (
            partition by subject_type, subject_id
            order by down_from, up_again_at
            rows between unbounded preceding and current row
        ) as downtime_number
    from marked
),

united as (
    select
        subject_type,
        subject_id,
        downtime_number,
        min(down_from) as down_from,
        max(up_again_at) as up_again_at
    from numbered
    group by subject_type, subject_id, downtime_number
)

select * from united
