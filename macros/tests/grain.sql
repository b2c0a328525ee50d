{# The columns tell a model's rows apart, and none of them is null. #}
{% test grain(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns -%}
    or max(case when {{ column }} is null then 1 else 0 end) = 1
    {% endfor %}
{% endtest %}
