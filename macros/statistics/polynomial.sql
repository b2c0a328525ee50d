{# A polynomial with its coefficients from the highest power down, by Horner's rule. #}
{% macro polynomial(argument, coefficients) -%}
    {%- set nested = namespace(sql='cast(' ~ coefficients[0] ~ ' as double)') -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- set nested.sql = '(' ~ nested.sql ~ ' * ' ~ argument ~ ' + '
            ~ 'cast(' ~ coefficient ~ ' as double))' -%}
    {%- endfor -%}
    {{ nested.sql }}
{%- endmacro %}
