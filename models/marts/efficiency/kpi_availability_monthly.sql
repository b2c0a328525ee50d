with subjects as (
    select * from {{ ref('int_subjects_in_service') }}
),

downtimes as (
    select * from {{ ref('int_downtimes_by_subject') }}
),

days as (
    select
        subject_type,
        subject_id,
        availability_slo,
        {{ each_day('first_date', as_of_date()) }} as date_day
    from subjects
),

months as (
    select
        subject_type,
        subject_id,
        availability_slo,
        {{ month_start('date_day') }} as month_start,
        count(*) * 1440 as minutes,
        cast(min(date_day) as timestamp) as first_moment,
        cast({{ add_days('max(date_day)', 1) }} as timestamp) as last_moment
    from days
    group by
        subject_type, subject_id, availability_slo, {{ month_start('date_day') }}
),

-- Without incidents nobody knows whether anything was down.
summed as (
    select
        months.subject_type,
        months.subject_id,
        months.month_start,
        months.minutes,
        months.availability_slo,
        sum(
            {{ known_part(
                microseconds_between(
                    'greatest(downtimes.down_from, months.first_moment)',
                    'least(downtimes.up_again_at, months.last_moment)',
                ), 'downtimes.subject_id', 'stg_operations__incidents'
            ) }}
        ) as time_down
    from months
    left join downtimes
        on
            months.subject_type = downtimes.subject_type
            and months.subject_id = downtimes.subject_id
            and months.last_moment > downtimes.down_from
            and months.first_moment < downtimes.up_again_at
    group by
        months.subject_type,
        months.subject_id,
        months.month_start,
        months.minutes,
        months.availability_slo
),

measured as (
    select
        subject_type,
        subject_id,
        month_start,
        availability_slo,
        cast(minutes as bigint) as minutes,
        cast(cast(time_down as double) / 60000000 as decimal(28, 12)) as minutes_down,
        1 - cast(time_down as double) / 60000000 / minutes as availability
    from summed
),

judged as (
    select
        *,
        availability < availability_slo as is_breach
    from measured
)

select * from judged
