{#
    The standard error of the mean of paired differences, by their sample variance; it has
    pairs - 1 degrees of freedom.
#}
{% macro paired_std_error(variance, pairs) -%}
    sqrt({{ variance }} / nullif({{ pairs }}, 0))
{%- endmacro %}
