{#
    The 95 % score interval of a share: Wilson, E. B. (1927), Probable inference, the law of
    succession, and statistical inference, JASA 22, 209-212. Null without trials.
#}
{% macro wilson_low(successes, trials) -%}
    {{ _wilson_end(successes, trials, '-') }}
{%- endmacro %}

{% macro wilson_high(successes, trials) -%}
    {{ _wilson_end(successes, trials, '+') }}
{%- endmacro %}

{% macro _wilson_end(successes, trials, sign) -%}
    {%- set z = z_95() -%}
    {%- set n = 'nullif(cast(' ~ trials ~ ' as double), 0)' -%}
    {%- set p = '(cast(' ~ successes ~ ' as double) / ' ~ n ~ ')' -%}
    case
        when {{ trials }} = 0 then null
        {% if sign == '-' -%}
        when {{ successes }} = 0 then cast(0 as double)
        {%- else -%}
        when {{ successes }} = {{ trials }} then cast(1 as double)
        {%- endif %}
        else (
            {{ p }} + {{ z }} * {{ z }} / (2 * {{ n }})
            {{ sign }} {{ z }} * sqrt(
                {{ p }} * (1 - {{ p }}) / {{ n }}
                + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }})
            )
        ) / (1 + {{ z }} * {{ z }} / {{ n }})
    end
{%- endmacro %}
