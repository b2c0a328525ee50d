{#
    How far a value lies from the median of its peers, in robust standard deviations: the median
    absolute deviation (mad) times 1.4826. Null where half of the peers are the median.
#}
{% macro robust_z(value, median, mad) -%}
    (cast({{ value }} as double) - cast({{ median }} as double))
    / nullif(1.4826 * cast({{ mad }} as double), 0)
{%- endmacro %}
