{# The date by which an incremental model's files are kept apart, where the engine does that. #}
{% macro date_partition(column) %}{{ return(adapter.dispatch('date_partition')(column)) }}{% endmacro %}

{% macro default__date_partition(column) %}{{ return(none) }}{% endmacro %}

{% macro spark__date_partition(column) %}{{ return(column) }}{% endmacro %}
