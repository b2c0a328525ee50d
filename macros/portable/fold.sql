{#
    A double carried through the whole numbers from first to last: starts as a value, becomes at
    each number what the expression makes of it. The expression names both as given.
#}
{% macro fold(first, last, start, carried, number, expression) %}{{ return(adapter.dispatch('fold')(first, last, start, carried, number, expression)) }}{% endmacro %}

{% macro default__fold(first, last, start, carried, number, expression) -%}
    list_reduce(
        cast(generate_series({{ first }}, {{ last }}) as double[]),
        lambda {{ carried }}, {{ number }}: {{ expression }},
        cast({{ start }} as double)
    )
{%- endmacro %}

{% macro spark__fold(first, last, start, carried, number, expression) -%}
    aggregate(
        sequence({{ first }}, {{ last }}),
        cast({{ start }} as double),
        ({{ carried }}, {{ number }}) -> {{ expression }}
    )
{%- endmacro %}
