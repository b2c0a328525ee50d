{#
    Hides small groups, and others with them: what is hidden could otherwise be told as a total
    less the parts that are shown. For a relation of groups with a column that says which are
    small, within the columns that a total may be taken over: the small ones go first, then the
    smallest, until the hidden ones with somebody in them are at least two groups and
    min_cohort_size people. Adds the column `hidden`.
#}
{% macro hidden_with_others(groups, within, size, group_id, small, hidden) -%}
    select
        *,
        {{ small }} or (
            has_small
            and (
                groups_before < 2
                or people_before < {{ threshold('min_cohort_size') }}
            )
        ) as {{ hidden }}
    from (
        select
            *,
            max(case when {{ small }} and {{ size }} > 0 then 1 else 0 end)
                over together = 1 as has_small,
            coalesce(
                sum(case when {{ size }} > 0 then 1 else 0 end) over smallest_first, 0
            ) as groups_before,
            coalesce(sum({{ size }}) over smallest_first, 0) as people_before
        from {{ groups }}
        window
            together as (partition by {{ within | join(', ') }}),
            smallest_first as (
                partition by {{ within | join(', ') }}
                order by
                    case when {{ small }} then 0 else 1 end,
                    {{ size }},
                    {{ group_id }}
                rows between unbounded preceding and 1 preceding
            )
    ) as ranked
{%- endmacro %}
