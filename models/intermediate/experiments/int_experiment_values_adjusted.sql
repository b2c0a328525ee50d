with experiments as (
    select * from {{ ref('experiments') }}
),

first_readout as (
    select unit_values.*
    from {{ ref('int_experiment_values') }} as unit_values
    inner join experiments
        on
            unit_values.experiment_id = experiments.experiment_id
            and unit_values.metric = experiments.metric
            and unit_values.rank_in_arm <= experiments.planned_units_per_arm
),

centred as (
    select
        *,
        {{ ratio(
            strict_sum('value', over='readout'), 'count(*) over readout'
        ) }} as value_mean,
        {{ ratio(
            strict_sum('covariate', over='readout'), 'count(*) over readout'
        ) }} as covariate_mean
    from first_readout
    window readout as (partition by experiment_id, metric)
),

multiplied as (
    select
        *,
        cast(power(covariate - covariate_mean, 2) as decimal(38, 15))
            as covariate_square,
        cast(
            (covariate - covariate_mean) * (value - value_mean) as decimal(38, 15)
        ) as product
    from centred
),

-- Null, and nothing adjusted, without a covariate of every unit or one that varies.
explained as (
    select
        *,
        {{ ratio(
            strict_sum('product', 'decimal(38, 15)', 'readout'),
            strict_sum('covariate_square', 'decimal(38, 15)', 'readout')
        ) }} as theta
    from multiplied
    window readout as (partition by experiment_id, metric)
),

adjusted as (
    select
        experiment_id,
        metric,
        method,
        arm,
        analysis_unit_id,
        last_assigned_at,
        theta is not null as is_cuped,
        case
            when theta is null then value
            else cast(
                {{ cuped_adjusted('value', 'covariate', 'covariate_mean', 'theta') }}
                as decimal(28, 12)
            )
        end as value
    from explained
)

select * from adjusted
