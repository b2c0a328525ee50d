{# A threshold of the seed kpi_thresholds, as a scalar. #}
{% macro threshold(name) -%}
    (
        select thresholds.value from {{ ref('kpi_thresholds') }} as thresholds
        where thresholds.threshold = '{{ name }}'
    )
{%- endmacro %}
