with experiments as (
    select * from {{ ref('experiments') }}
),

units as (
    select * from {{ ref('int_experiment_units') }}
),

outcomes as (
    select * from {{ ref('stg_experiments__outcomes') }}
),

measured as (
    select
        experiments.experiment_id,
        experiments.metric,
        experiments.method,
        units.arm,
        units.analysis_unit_id,
        units.assigned_at,
        case
            when experiments.method = 'did' then post.value - pre.value
            else post.value
        end as value,
        case when experiments.method = 'ab' then pre.value end as covariate
    from experiments
    inner join units on experiments.experiment_id = units.experiment_id
    inner join outcomes as post
        on
            units.experiment_id = post.experiment_id
            and units.unit_id = post.unit_id
            and experiments.metric = post.metric
            and post.period = 'post'
    left join outcomes as pre
        on
            units.experiment_id = pre.experiment_id
            and units.unit_id = pre.unit_id
            and experiments.metric = pre.metric
            and pre.period = 'pre'
),

-- Units of a cluster share what befalls it: together they are one observation. A
-- covariate that one of them lacks is unknown.
analysed as (
    select
        experiment_id,
        metric,
        method,
        arm,
        analysis_unit_id,
        min(assigned_at) as first_assigned_at,
        max(assigned_at) as last_assigned_at,
        cast(
            {{ ratio(strict_sum('value'), 'count(*)') }} as decimal(28, 12)
        ) as value,
        cast(
            {{ ratio(strict_sum('covariate'), 'count(*)') }} as decimal(28, 12)
        ) as covariate
    from measured
    where value is not null
    group by experiment_id, metric, method, arm, analysis_unit_id
),

paired as (
    select
        *,
        count(*) over (partition by experiment_id, metric, analysis_unit_id) as arms,
        min(first_assigned_at) over (
            partition by experiment_id, metric, analysis_unit_id
        ) as pair_assigned_at
    from analysed
),

-- The first readout stands: later units would let it be repeated until it pleases.
ranked as (
    select
        *,
        row_number() over (
            partition by experiment_id, metric, arm
            order by
                case
                    when method = 'matched' then pair_assigned_at
                    else first_assigned_at
                end nulls last,
                analysis_unit_id
        ) as rank_in_arm
    from paired
    where method <> 'matched' or arms = 2
)

select * from ranked
