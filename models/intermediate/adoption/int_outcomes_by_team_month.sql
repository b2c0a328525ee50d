with items as (
    select
        *,
        {{ month_start('closed_date') }} as month_start
    from {{ ref('int_work_items_judged') }}
    where is_closed and team_id is not null
),

-- What people say is done, and whether it stayed done.
classified as (
    select
        *,
        handled_by = 'human'
        and closing_status = 'resolved'
        and is_settled as is_human_settled
    from items
),

outcomes as (
    select
        team_id,
        month_start,
        count(case when is_successful or is_successful_human then 1 end)
            as outputs_successful,
        {% for kind, test in {
            'assisted': 'is_ai_assisted', 'unassisted': 'not is_ai_assisted'
        }.items() %}
            count(case when is_human_settled and {{ test }} then 1 end)
                as {{ kind }}_items,
            count(case when is_human_settled and {{ test }} and not has_held then 1 end)
                as {{ kind }}_returned
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from classified
    group by team_id, month_start
)

select * from outcomes
