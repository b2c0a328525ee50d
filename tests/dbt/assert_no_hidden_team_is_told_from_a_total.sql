-- What is hidden is a total less what is shown, of a department and of the company:
-- where anything is shown, it must be two teams and five people.
{% set scopes = {
    'department': "concat('department ', department)",
    'company': "'company'",
} %}

with team_quarters as (
    select * from {{ ref('int_team_quarters_suppressed') }}
    where contributors > 0
),

scoped as (
    {% for scope in scopes.values() %}
        select
            {{ scope }} as scope,
            quarter_start,
            count(*) as teams,
            count(case when is_suppressed then 1 end) as hidden_teams,
            sum(case when is_suppressed then contributors else 0 end) as hidden_people,
            max(
                case
                    when
                        is_suppressed
                        and contributors < {{ threshold('min_cohort_size') }}
                        then 1
                    else 0
                end
            ) as hides_few
        from team_quarters
        group by {{ scope }}, quarter_start
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from scoped
where
    hides_few = 1
    and hidden_teams < teams
    and (
        hidden_teams < 2
        or hidden_people < {{ threshold('min_cohort_size') }}
    )
