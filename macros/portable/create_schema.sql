{# Spark's schemas lie where DuckDB reads their tables too, wherever the cluster keeps others. #}
{% macro spark__create_schema(relation) -%}
    {% call statement('create_schema') -%}
        create schema if not exists {{ relation }}
        location '{{ env_var("OUTTURN_SPARK_WAREHOUSE") }}/{{ relation.schema }}'
    {%- endcall %}
{%- endmacro %}
