{# Outputs at what one takes in the baseline: nothing is nothing, even at an unknown rate. #}
{% macro at_baseline(outputs, baseline) -%}
    case
        when {{ outputs }} = 0 then cast(0 as double)
        else cast({{ outputs }} as double) * {{ baseline }}
    end
{%- endmacro %}
