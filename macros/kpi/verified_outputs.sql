{#
    Verified outputs with their 95 % ends, for a relation of agents' periods that holds
    outputs_settled, outputs_successful, reviews_settled and reviews_verified: settled outputs
    times the verification rate, at most the successful ones. Without a random review the
    estimate is null, its low end nothing and its high end everything that was successful.
#}
{% macro verified_outputs() -%}
    case
        when outputs_settled = 0 then cast(0 as decimal(28, 12))
        else {{ _outputs_at(ratio('reviews_verified', 'reviews_settled')) }}
    end as outputs_verified,
    case
        when outputs_settled = 0 or reviews_settled = 0 then cast(0 as decimal(28, 12))
        else {{ _outputs_at(wilson_low('reviews_verified', 'reviews_settled')) }}
    end as outputs_verified_low,
    case
        when outputs_settled = 0 then cast(0 as decimal(28, 12))
        when reviews_settled = 0 then cast(outputs_successful as decimal(28, 12))
        else {{ _outputs_at(wilson_high('reviews_verified', 'reviews_settled')) }}
    end as outputs_verified_high
{%- endmacro %}

{% macro _outputs_at(rate) -%}
    cast(
        case
            when cast(outputs_settled as double) * ({{ rate }})
                > cast(outputs_successful as double)
                then cast(outputs_successful as double)
            else cast(outputs_settled as double) * ({{ rate }})
        end as decimal(28, 12)
    )
{%- endmacro %}
