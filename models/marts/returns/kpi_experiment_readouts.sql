with estimates as (
    select * from {{ ref('int_experiment_estimates') }}
),

quantiles as (
    select
        *,
        {{ normal_quantile('(1 - alpha / 2)') }} as z,
        {{ normal_quantile('power') }} as z_power,
        {{ t_quantile('(1 - alpha / 2)', 'degrees_of_freedom') }} * std_error
            as half_width,
        case
            when method = 'ab'
                then {{ sample_ratio_p_value(
                    'units_assigned_control',
                    'units_assigned_treatment',
                    'treatment_share'
                ) }}
        end as srm_p_value
    from estimates
),

-- Without any spread the estimate is the whole interval.
inferred as (
    select
        *,
        estimate - case when std_error = 0 then 0 else half_width end as ci_low,
        estimate + case when std_error = 0 then 0 else half_width end as ci_high,
        case
            when std_error > 0
                then {{ t_p_value('(estimate / std_error)', 'degrees_of_freedom') }}
            when std_error = 0 and estimate <> 0 then cast(0 as double)
        end as p_value,
        {{ power_at('minimum_detectable_effect', 'std_error', 'z') }} as power_found,
        cast(ceil({{ units_per_arm(
            'minimum_detectable_effect', 'unit_variance', 'unit_variance', 'z', 'z_power'
        ) }}) as bigint) as units_needed,
        case when higher_is_better then 1 else -1 end as wanted_sign
    from quantiles
),

judged as (
    select
        experiment_id,
        metric,
        model_id,
        method,
        is_primary,
        case
            when srm_p_value < {{ threshold('srm_p_value_limit') }} then 'invalid'
            when least(units_control, units_treatment) < planned_units_per_arm
                then 'running'
            when ci_low * wanted_sign > 0 and ci_high * wanted_sign > 0 then 'positive'
            when ci_low * wanted_sign < 0 and ci_high * wanted_sign < 0 then 'negative'
            when power_found < power then 'underpowered'
            else 'inconclusive'
        end as status,
        units_control,
        units_treatment,
        units_assigned_control,
        units_assigned_treatment,
        srm_p_value,
        is_cuped,
        mean_control,
        mean_treatment,
        estimate,
        std_error,
        degrees_of_freedom,
        ci_low,
        ci_high,
        p_value,
        power_found as power,
        power as planned_power,
        units_needed,
        planned_units_per_arm,
        minimum_detectable_effect,
        alpha,
        readout_date
    from inferred
)

select * from judged
