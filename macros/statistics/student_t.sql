{#
    Student's t distribution for any degrees of freedom from 0.1, whole or not, to 1e-7; more than
    a hundred million count as that many, which changes less than 1e-7.

    With t = sqrt(df) * sinh(y) the share beyond |t| on both sides is
    cosh(y)^-df * tail(tanh(y)) / tail(0), where tail(a) is the integral over w from 0 to infinity
    of (cosh(w) + a * sinh(w))^-df. It needs no gamma function and keeps its leading digits
    however far out t lies. The integral is a sum over 51 nodes: the double exponential rule of
    Takahasi, H. and Mori, M. (1974), Double exponential formulas for numerical integration,
    Publ. RIMS 9, 721-741, for integrands that fall off exponentially.
#}

{# The share of the distribution below a value. #}
{% macro t_cdf(value, degrees_of_freedom) -%}
    case
        when {{ value }} > 0 then 1 - {{ t_p_value(value, degrees_of_freedom) }} / 2
        else {{ t_p_value(value, degrees_of_freedom) }} / 2
    end
{%- endmacro %}

{# The two-sided p-value of a t statistic. #}
{% macro t_p_value(statistic, degrees_of_freedom) -%}
    {%- set t = '(cast(' ~ statistic ~ ' as double))' -%}
    {%- set df = _t_df(degrees_of_freedom) -%}
    {%- set slope = '(abs(' ~ t ~ ') / sqrt(' ~ df ~ ' + ' ~ t ~ ' * ' ~ t ~ '))' -%}
    (
        exp(-{{ df }} / 2 * ln(1 + {{ t }} * {{ t }} / {{ df }}))
        * {{ _t_tail(slope, df) }} / {{ _t_tail('0', df) }}
    )
{%- endmacro %}

{#
    The value below which a share of the distribution lies; null outside 0 to 1 and at both.
    Newton's steps on the logarithm of the two-sided share, as a function of y: it is concave with
    the derivative -1 / tail(tanh(y)), so that from y = 0 every start arrives.
#}
{% macro t_quantile(share, degrees_of_freedom) -%}
    {%- set p = '(cast(' ~ share ~ ' as double))' -%}
    {%- set df = _t_df(degrees_of_freedom) -%}
    {%- set tail = _t_tail('tanh(y)', df) -%}
    {%- set step -%}
        y + {{ tail }} * (
            ln({{ tail }} / {{ _t_tail('0', df) }}) - {{ df }} * ln(cosh(y))
            - ln(2 * least({{ p }}, 1 - {{ p }}))
        )
    {%- endset -%}
    case
        when {{ p }} = 0.5 and {{ df }} > 0 then cast(0 as double)
        when {{ p }} > 0 and {{ p }} < 1
            then
                sign({{ p }} - 0.5) * sqrt({{ df }})
                * sinh({{ fold(1, 12, 0, 'y', 'step', step) }})
    end
{%- endmacro %}

{% macro _t_df(degrees_of_freedom) -%}
    {%- set df = 'cast(' ~ degrees_of_freedom ~ ' as double)' -%}
    (case when {{ df }} > 0 then least({{ df }}, cast(100000000 as double)) end)
{%- endmacro %}

{% macro _t_tail(slope, df) -%}
    {%- set reach = '(' ~ df ~ ' * ' ~ slope ~ ' + least(' ~ df ~ ', sqrt(' ~ df ~ ')))' -%}
    {%- set node = 'exp(0.15 * node - exp(-0.15 * node))' -%}
    {%- set w = '(' ~ node ~ ' / ' ~ reach ~ ')' -%}
    {%- set term -%}
        total + 0.15 * (1 + exp(-0.15 * node)) * {{ node }}
        * power(
            ((1 + {{ slope }}) * exp({{ w }}) + (1 - {{ slope }}) * exp(-{{ w }})) / 2,
            -{{ df }}
        )
    {%- endset -%}
    ({{ fold(-24, 26, 0, 'total', 'node', term) }} / {{ reach }})
{%- endmacro %}
