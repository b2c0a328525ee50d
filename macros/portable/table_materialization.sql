{#
    A table, made in the place of the one before within one transaction: whoever reads sees the old
    one until it is whole, and a model that fails leaves it.

    The adapter's own way is to make the table beside the old one, rename both and drop the old one:
    five statements more for each model, which take dbt longer than most models take DuckDB.
#}
{% materialization table, adapter='duckdb' -%}
    {% set before = load_cached_relation(this) %}
    {% set made = this.incorporate(type='table') %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {% if before is not none %}drop {{ before.type }} {{ before }};{% endif %}
        {{ create_table_as(false, made, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [made]}) }}
{%- endmaterialization %}
