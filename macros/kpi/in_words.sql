{# A number as it is written into a sentence, with so many decimal places. #}
{% macro in_words(number, places=1) -%}
    cast(cast({{ number }} as decimal(18, {{ places }})) as string)
{%- endmacro %}

{# A share as a percentage in a sentence. #}
{% macro percent_in_words(share) -%}
    {{ in_words('100 * ' ~ share) }} || ' %'
{%- endmacro %}
