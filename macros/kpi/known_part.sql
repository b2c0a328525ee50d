{#
    A period's part of a measure: nothing where no row matched, and unknown where the feed behind
    it never landed, for then no row says nothing.
#}
{% macro known_part(measure, matched, feed=none) -%}
    case
        {% if feed -%}
        when (select count(*) from {{ ref(feed) }}) = 0 then null
        {% endif -%}
        when {{ matched }} is null then 0
        else {{ measure }}
    end
{%- endmacro %}
