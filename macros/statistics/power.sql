{#
    The chance that a two-sided test sees an effect of a size, either sign counted as seen, given
    the estimate's standard error and z = normal_quantile(1 - alpha / 2); by the normal
    distribution. Null without an error.
#}
{% macro power_at(effect, std_error, z) -%}
    {%- set distance = '(abs(cast(' ~ effect ~ ' as double)) / nullif(' ~ std_error ~ ', 0))' -%}
    (
        {{ normal_cdf(distance ~ ' - ' ~ z) }}
        + {{ normal_cdf('-' ~ distance ~ ' - ' ~ z) }}
    )
{%- endmacro %}

{#
    Units an arm needs, not rounded, for a two-sided test to see an effect with a power:
    (z * sqrt(2 * null_variance) + z_power * sqrt(2 * variance))^2 / effect^2, where variance is
    the mean of the arms' and null_variance what it is without an effect; z as above, z_power =
    normal_quantile(power). With one variance it is 2 * variance * (z + z_power)^2 / effect^2;
    with the pooled share's p(1 - p) as null_variance it is Fleiss's formula for two shares.
#}
{% macro units_per_arm(effect, variance, null_variance, z, z_power) -%}
    power(
        {{ z }} * sqrt(2 * {{ null_variance }}) + {{ z_power }} * sqrt(2 * {{ variance }}), 2
    ) / nullif(power(cast({{ effect }} as double), 2), 0)
{%- endmacro %}
