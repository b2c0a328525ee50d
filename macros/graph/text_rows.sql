{# A relation of text columns with these rows; the graph is empty while dbt only parses. #}
{% macro text_rows(columns, rows) -%}
    select
        {% for column in columns -%}
        cast(listed.{{ column }} as string) as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from (
        values
        {% for row in rows or [columns] -%}
        ({% for value in row -%}
            {{ 'null' if value is none else dbt.string_literal(value) }}{{ ', ' if not loop.last }}
        {%- endfor %}){{ ',' if not loop.last }}
        {% endfor -%}
    ) as listed ({{ columns | join(', ') }})
    {% if not rows %}where false{% endif %}
{%- endmacro %}
