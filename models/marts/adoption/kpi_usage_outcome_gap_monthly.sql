{% set measures = [
    'tokens',
    'tokens_before',
    'outputs_successful',
    'outputs_before',
    'assisted_items',
    'assisted_returned',
    'unassisted_items',
    'unassisted_returned',
] %}

with months as (
    select * from {{ ref('int_usage_outcomes_by_team_month') }}
),

rated as (
    select
        *,
        case
            when is_final
                then {{ ratio('tokens - tokens_before', 'tokens_before') }}
        end as token_growth,
        case
            when is_final
                then
                    {{ ratio('outputs_successful - outputs_before', 'outputs_before') }}
        end as output_growth,
        {{ ratio('tokens', 'outputs_successful') }} as tokens_per_success,
        {{ ratio('assisted_returned', 'assisted_items') }} as assisted_return_rate,
        {{ ratio('unassisted_returned', 'unassisted_items') }}
            as unassisted_return_rate,
        {{ two_proportion_z(
            'assisted_returned', 'assisted_items',
            'unassisted_returned', 'unassisted_items'
        ) }} as return_rate_z
    from months
),

medians as (
    select
        month_start,
        {{ percentile('tokens_per_success', 0.5) }} as median_tokens
    from rated
    group by month_start
),

deviations as (
    select
        rated.month_start,
        medians.median_tokens,
        {{ percentile('abs(rated.tokens_per_success - medians.median_tokens)', 0.5) }}
            as median_deviation
    from rated
    inner join medians on rated.month_start = medians.month_start
    group by rated.month_start, medians.median_tokens
),

tested as (
    select
        rated.*,
        {{ robust_z(
            'rated.tokens_per_success', 'deviations.median_tokens',
            'deviations.median_deviation'
        ) }} as tokens_per_success_robust_z,
        {{ normal_p_value('rated.return_rate_z') }} as return_rate_p_value
    from rated
    inner join deviations on rated.month_start = deviations.month_start
),

flagged as (
    select
        team_id,
        month_start,
        {% for measure in measures %}
            {{ measure }},
        {% endfor %}
        token_growth,
        output_growth,
        tokens_per_success,
        tokens_per_success_robust_z,
        assisted_return_rate,
        unassisted_return_rate,
        return_rate_z,
        return_rate_p_value,
        {{ shown(
            'coalesce(token_growth >= ' ~ threshold('tokenmaxxing_token_growth')
            ~ ' and output_growth <= ' ~ threshold('tokenmaxxing_output_growth')
            ~ ', false)'
        ) }} as is_tokenmaxxing,
        {{ shown(
            'coalesce(return_rate_z > 0 and return_rate_p_value < '
            ~ threshold('workslop_p_value') ~ ', false)'
        ) }} as is_workslop,
        is_final,
        is_suppressed
    from tested
)

select * from flagged
