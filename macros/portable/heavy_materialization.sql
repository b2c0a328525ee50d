{# How a heavy model is kept: by touched keys where the engine deletes rows, else rebuilt. #}
{% macro heavy_materialization() -%}
    {{ return('incremental' if target.type == 'duckdb' else 'table') }}
{%- endmacro %}
