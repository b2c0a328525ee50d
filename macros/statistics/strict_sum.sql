{# A decimal sum in which a null part makes the whole null, and no part at all makes zero. #}
{% macro strict_sum(part, type='decimal(28, 12)') -%}
    case
        when count(*) = count({{ part }})
            then cast(coalesce(sum({{ part }}), 0) as {{ type }})
    end
{%- endmacro %}
