{# Whether a number of people is so small, without being nobody, that one could be recognised. #}
{% macro few_people(people) -%}
    {{ people }} between 1 and {{ threshold('min_cohort_size') }} - 1
{%- endmacro %}
