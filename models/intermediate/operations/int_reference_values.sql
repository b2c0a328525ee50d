{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('reference_start'),
    pre_hook=[
        "{{ delete_touched('model_id', touched_reference_models()) }}",
        "{{ delete_outdated('(model_id, reference_start, reference_end)',
            current_reference_windows()) }}",
    ],
    meta={'heavy': true},
) }}

with wanted as (
    select * from {{ ref('int_reference_windows') }}
    {{ only_missing('model_id') }}
),

referred as (
    {{ predicted_numbers(
        'wanted',
        'reference_start',
        'reference_end',
        ['reference_start', 'reference_end'],
    ) }}
)

select * from referred
