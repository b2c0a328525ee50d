with experiments as (
    select * from {{ ref('experiments') }}
),

assigned as (
    select
        experiment_id,
        count(case when arm = 'control' then 1 end) as units_assigned_control,
        count(case when arm = 'treatment' then 1 end) as units_assigned_treatment
    from {{ ref('int_experiment_units') }}
    group by experiment_id
),

samples as (
    select * from {{ ref('int_experiment_samples') }}
),

beside_each_other as (
    select
        experiments.*,
        assigned.units_assigned_control,
        assigned.units_assigned_treatment,
        control.mean as mean_control,
        treatment.mean as mean_treatment,
        control.variance as variance_control,
        treatment.variance as variance_treatment,
        difference.variance as variance_difference,
        cast(greatest(
            coalesce(control.last_assigned_at, treatment.last_assigned_at),
            coalesce(treatment.last_assigned_at, control.last_assigned_at)
        ) as date) as readout_date,
        coalesce(control.is_cuped, false) as is_cuped,
        coalesce(control.units, 0) as units_control,
        coalesce(treatment.units, 0) as units_treatment
    from experiments
    inner join assigned on experiments.experiment_id = assigned.experiment_id
    {% for sample in ['control', 'treatment', 'difference'] %}
        left join samples as {{ sample }}
            on
                experiments.experiment_id = {{ sample }}.experiment_id
                and experiments.metric = {{ sample }}.metric
                and {{ sample }}.sample_name = '{{ sample }}'
    {% endfor %}
),

estimated as (
    select
        *,
        mean_treatment - mean_control as estimate,
        case
            when method = 'matched'
                then {{ paired_std_error('variance_difference', 'units_treatment') }}
            else {{ welch_std_error(
                'variance_treatment', 'units_treatment', 'variance_control', 'units_control'
            ) }}
        end as std_error,
        case
            when method = 'matched'
                then
                    case
                        when variance_difference > 0
                            then cast(units_treatment - 1 as double)
                    end
            else {{ welch_degrees_of_freedom(
                'variance_treatment', 'units_treatment', 'variance_control', 'units_control'
            ) }}
        end as degrees_of_freedom,
        -- Of one unit's value; a pair's difference stands for two of them.
        case
            when method = 'matched' then variance_difference / 2
            else (variance_control + variance_treatment) / 2
        end as unit_variance
    from beside_each_other
)

select * from estimated
