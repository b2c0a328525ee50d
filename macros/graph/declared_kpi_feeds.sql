{#
    What the project declares of its KPIs, as a relation of kpi, area and feed: one row a KPI and
    feed of its config.meta.feeds, with a null feed for a KPI that needs none.
#}
{% macro declared_kpi_feeds() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() | sort(attribute='unique_id') -%}
            {%- if node.resource_type == 'model' and node.name.startswith('kpi_') -%}
                {%- for feed in node.config.meta.feeds or [none] -%}
                    {%- do rows.append([node.name, node.schema, feed]) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ text_rows(['kpi', 'area', 'feed'], rows) }}
{%- endmacro %}
