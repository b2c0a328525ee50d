{#
    A decimal sum in which a null part makes the whole null, and no part at all makes zero; over
    the named window where one is given.
#}
{% macro strict_sum(part, type='decimal(28, 12)', over=none) -%}
    {%- set window = ' over ' ~ over if over else '' -%}
    case
        when count(*){{ window }} = count({{ part }}){{ window }}
            then cast(coalesce(sum({{ part }}){{ window }}, 0) as {{ type }})
    end
{%- endmacro %}
