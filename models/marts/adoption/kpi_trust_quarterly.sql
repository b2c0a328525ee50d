{% set questions = ['csat', 'nps', 'trust', 'fluency'] %}

with subjects as (
    select * from {{ ref('int_trust_subjects_by_quarter') }}
),

answers as (
    select * from {{ ref('int_survey_answers_shown') }}
),

overrides as (
    select * from {{ ref('int_overrides_by_subject') }}
),

surveyed as (
    select
        subject_type,
        subject_id,
        quarter_start,
        cast(sum(answers) as bigint) as responses,
        {% for question in questions %}
            cast(sum(case when question = '{{ question }}' then answers end) as bigint)
                as {{ question }}_responses,
            sum(case when question = '{{ question }}' then score_sum end)
                as {{ question }}_score,
        {% endfor %}
        sum(promoters - detractors) as nps_balance
    from answers
    group by subject_type, subject_id, quarter_start
),

-- Whoever may not be named has no reviews to show either, nor where they are of few.
reviewed as (
    select
        subjects.subject_type,
        subjects.subject_id,
        subjects.quarter_start,
        coalesce(overrides.reviewed, 0) as reviewed,
        coalesce(overrides.overridden, 0) as overridden
    from subjects
    left join overrides
        on
            subjects.subject_type = overrides.subject_type
            and subjects.subject_id = overrides.subject_id
            and subjects.quarter_start = overrides.quarter_start
    where not subjects.is_team_hidden and not coalesce(overrides.is_hidden, false)
),

published as (
    select
        subjects.subject_type,
        subjects.subject_id,
        subjects.quarter_start,
        surveyed.responses,
        {% for question in questions %}
            surveyed.{{ question }}_responses,
            {% if question == 'nps' %}
                100 * {{ ratio('surveyed.nps_balance', 'surveyed.nps_responses') }}
                    as nps,
            {% else %}
                {{ ratio(
                    'surveyed.' ~ question ~ '_score',
                    'surveyed.' ~ question ~ '_responses'
                ) }} as {{ question }},
            {% endif %}
        {% endfor %}
        reviewed.reviewed,
        reviewed.overridden,
        {{ ratio('reviewed.overridden', 'reviewed.reviewed') }} as override_rate,
        1 - {{ ratio('reviewed.overridden', 'reviewed.reviewed') }} as trust_score,
        surveyed.subject_id is null as is_suppressed
    from subjects
    left join surveyed
        on
            subjects.subject_type = surveyed.subject_type
            and subjects.subject_id = surveyed.subject_id
            and subjects.quarter_start = surveyed.quarter_start
    left join reviewed
        on
            subjects.subject_type = reviewed.subject_type
            and subjects.subject_id = reviewed.subject_id
            and subjects.quarter_start = reviewed.quarter_start
)

select * from published
