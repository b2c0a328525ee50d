{# A number that must be given and be more than nothing. #}
{% test above_zero(model, column_name) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} is null or {{ column_name }} <= 0
{% endtest %}
