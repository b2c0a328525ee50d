{# The rows of a relation that win their key: the first by the given order, then the later load. #}
{% macro latest_by_key(relation, key, recency=[]) -%}
    select *
    from (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by
                    {% for column in recency -%}
                    {{ column }} desc nulls last,
                    {% endfor -%}
                    _loaded_at desc, _file desc, _row desc
            ) as recency_rank
        from {{ relation }}
    ) as ranked
    where recency_rank = 1
{%- endmacro %}
