{# A percentile of the rows a named window holds, interpolated between neighbours, as a double. #}
{% macro rolling_percentile(value, share, window) %}{{ return(adapter.dispatch('rolling_percentile')(value, share, window)) }}{% endmacro %}

{% macro default__rolling_percentile(value, share, window) -%}
    quantile_cont(cast({{ value }} as double), {{ share }}) over {{ window }}
{%- endmacro %}

{% macro spark__rolling_percentile(value, share, window) -%}
    percentile(cast({{ value }} as double), {{ share }}) over {{ window }}
{%- endmacro %}
