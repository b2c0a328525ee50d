with analysed as (
    select * from {{ ref('int_experiment_values_adjusted') }}
),

arms as (
    select
        experiment_id,
        metric,
        arm as sample_name,
        value,
        is_cuped,
        last_assigned_at
    from analysed
),

-- What the two of a pair have in common falls out of their difference.
pairs as (
    select
        treatment.experiment_id,
        treatment.metric,
        'difference' as sample_name,
        cast(treatment.value - control.value as decimal(28, 12)) as value,
        false as is_cuped,
        treatment.last_assigned_at
    from analysed as treatment
    inner join analysed as control
        on
            treatment.experiment_id = control.experiment_id
            and treatment.metric = control.metric
            and treatment.analysis_unit_id = control.analysis_unit_id
            and treatment.arm = 'treatment'
            and control.arm = 'control'
    where treatment.method = 'matched'
),

samples as (
    select * from arms
    union all
    select * from pairs
),

centred as (
    select
        *,
        {{ ratio('sum(value) over sample_rows', 'count(*) over sample_rows') }} as mean
    from samples
    window sample_rows as (partition by experiment_id, metric, sample_name)
),

described as (
    select
        experiment_id,
        metric,
        sample_name,
        count(*) as units,
        max(mean) as mean,
        {{ ratio(
            'sum(cast(power(value - mean, 2) as decimal(38, 15)))', 'count(*) - 1'
        ) }} as variance,
        max(case when is_cuped then 1 else 0 end) = 1 as is_cuped,
        max(last_assigned_at) as last_assigned_at
    from centred
    group by experiment_id, metric, sample_name
)

select * from described
