{#
    The declared feeds, as a relation of feed, stands_in_for (the feed it can replace, by the
    source's config.meta.stands_in_for, else itself) and kind (`bill` by config.meta.is_bill, else
    `record`).
#}
{% macro declared_feeds() -%}
    {%- set rows = [] -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() | sort(attribute='unique_id') -%}
            {%- set meta = node.config.meta or node.meta -%}
            {%- if node.source_name == 'raw' and meta.feed -%}
                {%- do rows.append([
                    node.name,
                    meta.stands_in_for or node.name,
                    'bill' if meta.is_bill else 'record',
                ]) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ text_rows(['feed', 'stands_in_for', 'kind'], rows) }}
{%- endmacro %}
