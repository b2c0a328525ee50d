with positions as (
    select * from {{ ref('int_positions_by_day') }}
),

days as (
    select * from {{ ref('int_days_covered') }}
),

agents as (
    select * from {{ ref('agents') }}
),

workflows as (
    select * from {{ ref('workflows') }}
),

months as (
    select
        month_start,
        count(*) as days
    from days
    group by month_start
),

-- A payroll is held against the month before its department's first agent went live.
references_by_department as (
    select
        workflows.department,
        cast(
            {{ add_months(month_start('min(agents.deployed_on)'), -1) }} as date
        ) as reference_month
    from workflows
    inner join agents on workflows.workflow_id = agents.workflow_id
    group by workflows.department
),

kinds as (
    select distinct
        department,
        worker_type
    from positions
),

paid as (
    select
        kinds.department,
        kinds.worker_type,
        months.month_start,
        cast(
            cast(coalesce(sum(positions.fte), 0) as double) / max(months.days)
            as decimal(28, 12)
        ) as paid_fte
    from kinds
    cross join months
    left join positions
        on
            kinds.department = positions.department
            and kinds.worker_type = positions.worker_type
            and months.month_start = positions.month_start
    group by kinds.department, kinds.worker_type, months.month_start
),

-- Employees and contractors apart: neither's growth hides the other's decrease.
decreased as (
    select
        paid.department,
        paid.month_start,
        cast(sum(paid.paid_fte) as decimal(28, 12)) as paid_fte,
        cast(
            sum(
                case
                    when paid.month_start > references_by_department.reference_month
                        then greatest(reference_paid.paid_fte - paid.paid_fte, 0)
                    else 0
                end
            ) as decimal(28, 12)
        ) as paid_fte_decrease
    from paid
    left join references_by_department
        on paid.department = references_by_department.department
    left join paid as reference_paid
        on
            paid.department = reference_paid.department
            and paid.worker_type = reference_paid.worker_type
            and references_by_department.reference_month = reference_paid.month_start
    group by paid.department, paid.month_start
)

select * from decreased
