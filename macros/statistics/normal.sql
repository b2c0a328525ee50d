{#
    The share of the standard normal distribution below a value, to 1e-15: Hart, J. F. (1968),
    Computer approximations, algorithm 5666, as given by West, G. (2005), Better approximations to
    cumulative normal functions, Wilmott 9, 70-76. Far tails keep their leading digits.
#}
{% macro normal_cdf(value) -%}
    {%- set x = '(cast(' ~ value ~ ' as double))' -%}
    case
        when {{ x }} > 0 then 1 - {{ _normal_tail('abs(' ~ x ~ ')') }}
        else {{ _normal_tail('abs(' ~ x ~ ')') }}
    end
{%- endmacro %}

{# The two-sided p-value of a standard normal test statistic. #}
{% macro normal_p_value(statistic) -%}
    2 * {{ _normal_tail('abs(cast(' ~ statistic ~ ' as double))') }}
{%- endmacro %}

{% macro _normal_tail(x) -%}
    {%- set above = [
        '0.0352624965998911', '0.700383064443688', '6.37396220353165', '33.912866078383',
        '112.079291497871', '221.213596169931', '220.206867912376'
    ] -%}
    {%- set below = [
        '0.0883883476483184', '1.75566716318264', '16.064177579207', '86.7807322029461',
        '296.564248779674', '637.333633378831', '793.826512519948', '440.413735824752'
    ] -%}
    case
        when {{ x }} > 37 then cast(0 as double)
        when {{ x }} < 7.07106781186547
            then
                exp(-{{ x }} * {{ x }} / 2)
                * {{ polynomial(x, above) }} / {{ polynomial(x, below) }}
        when {{ x }} >= 7.07106781186547
            then
                exp(-{{ x }} * {{ x }} / 2) / 2.506628274631
                / ({{ x }} + 1 / ({{ x }} + 2 / ({{ x }} + 3 / ({{ x }} + 4 / ({{ x }} + 0.65)))))
    end
{%- endmacro %}

{#
    The value below which a share of the standard normal distribution lies, to 1e-15; null outside
    0 to 1 and at both: Wichura, M. J. (1988), Algorithm AS 241: the percentage points of the
    normal distribution, Applied Statistics 37, 477-484 (PPND16).
#}
{% macro normal_quantile(share) -%}
    {%- set p = '(cast(' ~ share ~ ' as double))' -%}
    {%- set square = '(0.180625 - (' ~ p ~ ' - 0.5) * (' ~ p ~ ' - 0.5))' -%}
    {%- set depth = 'sqrt(-ln(least(' ~ p ~ ', 1 - ' ~ p ~ ')))' -%}
    {%- set centre_above = [
        '2509.0809287301226727', '33430.575583588128105', '67265.770927008700853',
        '45921.953931549871457', '13731.693765509461125', '1971.5909503065514427',
        '133.14166789178437745', '3.387132872796366608'
    ] -%}
    {%- set centre_below = [
        '5226.495278852854561', '28729.085735721942674', '39307.89580009271061',
        '21213.794301586595867', '5394.1960214247511077', '687.1870074920579083',
        '42.313330701600911252', '1'
    ] -%}
    {%- set near_above = [
        '0.00077454501427834140764', '0.0227238449892691845833', '0.24178072517745061177',
        '1.27045825245236838258', '3.64784832476320460504', '5.7694972214606914055',
        '4.6303378461565452959', '1.42343711074968357734'
    ] -%}
    {%- set near_below = [
        '0.00000000105075007164441684324', '0.0005475938084995344946',
        '0.0151986665636164571966', '0.14810397642748007459', '0.68976733498510000455',
        '1.6763848301838038494', '2.05319162663775882187', '1'
    ] -%}
    {%- set far_above = [
        '0.000000201033439929228813265', '0.0000271155556874348757815',
        '0.0012426609473880784386', '0.026532189526576123093', '0.29656057182850489123',
        '1.7848265399172913358', '5.4637849111641143699', '6.6579046435011037772'
    ] -%}
    {%- set far_below = [
        '0.00000000000000204426310338993978564', '0.00000014215117583164458887',
        '0.000018463183175100546818', '0.0007868691311456132591', '0.0148753612908506148525',
        '0.13692988092273580531', '0.59983220655588793769', '1'
    ] -%}
    case
        when {{ p }} > 0 and {{ p }} < 1
            then
                case
                    when abs({{ p }} - 0.5) <= 0.425
                        then
                            ({{ p }} - 0.5) * {{ polynomial(square, centre_above) }}
                            / {{ polynomial(square, centre_below) }}
                    when {{ depth }} <= 5
                        then
                            sign({{ p }} - 0.5)
                            * {{ polynomial('(' ~ depth ~ ' - 1.6)', near_above) }}
                            / {{ polynomial('(' ~ depth ~ ' - 1.6)', near_below) }}
                    else
                        sign({{ p }} - 0.5)
                        * {{ polynomial('(' ~ depth ~ ' - 5)', far_above) }}
                        / {{ polynomial('(' ~ depth ~ ' - 5)', far_below) }}
                end
    end
{%- endmacro %}
