with evidence as (
    select * from {{ ref('int_scope_evidence') }}
),

-- The first rule that matches decides: harm before doubt, doubt before growth.
decided as (
    select
        *,
        case
            when is_accuracy_below and is_drifted then 'rollback'
            when is_accuracy_below or is_error_breach then 'restrict'
            when not is_accuracy_sufficient then 'insufficient_evidence'
            when meets_cost_rule and is_in_time then 'expand'
            else 'hold'
        end as decision
    from evidence
),

worded as (
    select
        *,
        case
            when is_accuracy_below
                then
                    'accuracy is at most ' || {{ percent_in_words('accuracy_high') }}
                    || ', below the floor of '
                    || {{ percent_in_words('accuracy_floor') }}
        end as accuracy_words,
        case
            when is_error_breach
                then
                    'at least ' || {{ percent_in_words('error_rate_low') }}
                    || ' of runs fail, above the ceiling of '
                    || {{ percent_in_words('error_rate_ceiling') }}
        end as error_words,
        case
            when reviews_random = 0 then 'no random review in four weeks'
            else
                'accuracy is known to within ' || {{ percent_in_words('half_width') }}
                || ', not ' || {{ percent_in_words('accuracy_margin') }}
                || ', by ' || {{ in_words('reviews_random', 0) }} || ' random reviews'
        end as evidence_words,
        case
            when cost_rule_week is null then 'no week is final yet'
            when meets_cost_rule
                then
                    'an output costs at most '
                    || {{ percent_in_words('cost_ratio_high') }}
                    || ' of a person''s in the week of '
                    || cast(cost_rule_week as string) || ', '
                    || {{ in_words('consecutive_weeks', 0) }} || ' weeks in a row'
            else
                'the cost rule is not met in the week of '
                || cast(cost_rule_week as string)
        end as cost_words,
        coalesce(
            '95 % of the outputs took at most '
            || {{ in_words('latency_p95_minutes') }} || ' of '
            || {{ in_words('sla_minutes') }} || ' minutes that the SLA gives',
            'no output was completed'
        ) as latency_words
    from decided
),

published as (
    select
        agent_id,
        workflow_id,
        week_start,
        decision,
        accuracy_high,
        accuracy_floor,
        is_drifted,
        is_error_breach,
        is_accuracy_sufficient,
        meets_cost_rule,
        cost_rule_week,
        latency_p95_minutes,
        sla_minutes,
        case decision
            when 'rollback' then concat_ws('; ', accuracy_words, 'drift in ' || drift)
            when 'restrict' then concat_ws('; ', accuracy_words, error_words)
            when 'insufficient_evidence' then evidence_words
            else concat_ws('; ', cost_words, latency_words)
        end as reasons,
        case decision
            when 'rollback' then drift_actions
            when 'restrict' then 'let people check every output'
            when 'insufficient_evidence'
                then
                    'take '
                    || {{ in_words('greatest(reviews_needed - reviews_random, 1)', 0) }}
                    || ' more random reviews'
            when 'expand' then 'give it more of the work'
        end as recommended_action
    from worded
)

select * from published
