{% set asked = env_var('OUTTURN_AS_OF', '') %}

with completeness as (
    select * from {{ source('raw', 'completeness') }}
),

chosen as (
    select
        {% if asked %}
            cast('{{ asked }}' as date) as as_of_date
        {% else %}
            complete_to as as_of_date
        {% endif %}
    from completeness
)

select * from chosen
