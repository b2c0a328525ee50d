with declared as (
    {{ declared_kpi_feeds() }}
)

select * from declared
