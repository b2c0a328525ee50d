{# strict_sum over the matches of a left join: a row that matched nothing is no part. #}
{% macro strict_sum_joined(part, matched) -%}
    case
        when count({{ matched }}) = count({{ part }})
            then cast(coalesce(sum({{ part }}), 0) as decimal(28, 12))
    end
{%- endmacro %}
