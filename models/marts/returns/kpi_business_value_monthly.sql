with readouts as (
    select * from {{ ref('kpi_experiment_readouts') }}
),

experiments as (
    select * from {{ ref('experiments') }}
),

-- What is learned from an experiment is worth something from the month after it on.
days as (
    select
        experiment_id,
        metric,
        {{ each_day('readout_date', as_of_date()) }} as day
    from readouts
    where is_primary and readout_date is not null
),

months as (
    select distinct
        experiment_id,
        metric,
        {{ month_start('day') }} as month_start
    from days
),

valued as (
    select
        readouts.model_id,
        experiments.value_kind,
        months.month_start,
        readouts.experiment_id,
        experiments.exposed_units_per_month,
        {% for end in ['estimate', 'ci_low', 'ci_high'] %}
            case
                when readouts.status = 'positive'
                    then
                        readouts.{{ end }} * experiments.exposed_units_per_month
                        * cast(experiments.value_per_unit_usd as double)
                        * case when experiments.higher_is_better then 1 else -1 end
                else 0
            end as value_at_{{ end }},
        {% endfor %}
        readouts.status = 'positive' as is_proven
    from months
    inner join readouts
        on
            months.experiment_id = readouts.experiment_id
            and months.metric = readouts.metric
    inner join experiments
        on
            months.experiment_id = experiments.experiment_id
            and months.metric = experiments.metric
    where
        months.month_start > readouts.readout_date
        and {{ month_end('months.month_start') }} <= {{ as_of_date() }}
),

added as (
    select
        model_id,
        month_start,
        value_kind,
        {% for column, value in {
            'business_value_usd': 'value_at_estimate',
            'business_value_low_usd': 'least(value_at_ci_low, value_at_ci_high)',
            'business_value_high_usd': 'greatest(value_at_ci_low, value_at_ci_high)',
        }.items() %}
            {{ usd(strict_sum('cast(' ~ value ~ ' as decimal(28, 12))')) }}
                as {{ column }},
        {% endfor %}
        cast({{ strict_sum(
            'cast(exposed_units_per_month as decimal(28, 12))'
        ) }} as double) as exposed_units,
        count(*) as experiments,
        count(case when is_proven then 1 end) as experiments_proven,
        case
            when count(case when is_proven then 1 end) > 0 then 'proven'
            else 'unproven'
        end as status
    from valued
    group by model_id, month_start, value_kind
)

select * from added
