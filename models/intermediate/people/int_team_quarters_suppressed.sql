with positions as (
    select
        worker_key,
        team_id,
        department,
        date_day,
        {{ quarter_start('date_day') }} as quarter_start
    from {{ ref('int_positions_by_day') }}
),

contributions as (
    select * from {{ ref('int_contributions_by_day') }}
),

teams as (
    select
        positions.team_id,
        positions.quarter_start,
        min(positions.department) as department,
        count(distinct positions.worker_key) as members,
        count(distinct contributions.worker_key) as contributors
    from positions
    left join contributions
        on
            positions.worker_key = contributions.worker_key
            and positions.date_day = contributions.date_day
    group by positions.team_id, positions.quarter_start
),

-- So few, or all but so few, could be recognised.
sized as (
    select
        team_id,
        quarter_start,
        department,
        members,
        contributors,
        contributors < {{ threshold('min_cohort_size') }}
        or {{ few_people('members - contributors') }} as is_small
    from teams
),

hidden_in_department as (
    {{ hidden_with_others(
        'sized', ['department', 'quarter_start'], 'contributors', 'team_id',
        'is_small', 'is_hidden'
    ) }}
),

departments_hidden as (
    select
        team_id,
        quarter_start,
        department,
        members,
        contributors,
        is_hidden
    from hidden_in_department
),

-- A department of one team has no neighbour to hide with: the company has.
hidden_in_company as (
    {{ hidden_with_others(
        'departments_hidden', ['quarter_start'], 'contributors', 'team_id',
        'is_hidden', 'is_suppressed'
    ) }}
),

suppressed as (
    select
        team_id,
        quarter_start,
        department,
        contributors,
        is_suppressed
    from hidden_in_company
)

select * from suppressed
