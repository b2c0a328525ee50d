with incidents as (
    select
        *,
        {{ month_start('detected_date') }} as month_start,
        {{ microseconds_between('detected_at', 'resolved_at') }} as resolution_time,
        {{ microseconds_between('started_at', 'detected_at') }} as detection_time
    from {{ ref('int_incidents_by_subject') }}
),

-- An open incident has no time to resolve yet: it is counted apart, never averaged.
counted as (
    select
        subject_type,
        subject_id,
        severity,
        month_start,
        count(*) as incidents,
        count(resolution_time) as resolved,
        count(*) - count(resolution_time) as open,
        coalesce(cast(sum(resolution_time) as double), 0) / 3600000000
            as resolution_hours,
        {{ percentile('resolution_time', 0.5) }} / 3600000000
            as median_resolution_hours,
        count(detection_time) as incidents_with_start,
        coalesce(cast(sum(detection_time) as double), 0) / 3600000000
            as detection_hours
    from incidents
    group by subject_type, subject_id, severity, month_start
),

averaged as (
    select
        subject_type,
        subject_id,
        severity,
        month_start,
        incidents,
        resolved,
        open,
        cast(resolution_hours as decimal(28, 12)) as resolution_hours,
        {{ ratio('resolution_hours', 'resolved') }} as mttr_hours,
        median_resolution_hours,
        incidents_with_start,
        cast(detection_hours as decimal(28, 12)) as detection_hours,
        {{ ratio('detection_hours', 'incidents_with_start') }} as time_to_detect_hours
    from counted
)

select * from averaged
