{# Deletes the rows of an incremental model that meet a condition, before others are appended. #}
{% macro delete_rows(condition) %}{{ return(adapter.dispatch('delete_rows')(condition)) }}{% endmacro %}

{% macro default__delete_rows(condition) -%}
    delete from {{ this }} where {{ condition }}
{%- endmacro %}

{#
    Parquet tables of Spark delete no rows: the date partitions that hold such rows are overwritten
    by what stays in them. A partition in which nothing stays is left by that, so it is dropped.
#}
{% macro spark__delete_rows(condition) -%}
    {%- set partition = config.get('partition_by') -%}
    {%- set of_rows = 'select distinct ' ~ partition ~ ' from ' ~ this ~ ' where ' ~ condition -%}
    {%- set touched = run_query(of_rows).columns[0].values() -%}
    {%- if touched -%}
        {#- Named one by one, so that the catalog is asked for these partitions only. -#}
        {%- set held = partition ~ " in (date'" ~ touched | join("', date'") ~ "')" -%}
        {%- call statement('overwrite') -%}
            insert overwrite table {{ this }} partition ({{ partition }})
            select * from {{ this }} where {{ held }} and not coalesce({{ condition }}, false)
        {%- endcall -%}
        {%- set emptied = run_query(of_rows ~ ' and ' ~ held).columns[0].values() -%}
        {%- if emptied -%}
            alter table {{ this }} drop
            {% for value in emptied -%}
                partition ({{ partition }} = '{{ value }}'){{ ',' if not loop.last }}
            {% endfor %}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
