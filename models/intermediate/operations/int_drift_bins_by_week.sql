{{ config(
    materialized='incremental',
    incremental_strategy='append',
    partition_by=date_partition('week_start'),
    pre_hook=[
        "{{ delete_touched('(model_id, week_start)', touched_model_weeks()) }}",
        "{{ delete_touched('model_id', touched_reference_models()) }}",
        "{{ delete_outdated('(model_id, reference_start, reference_end)',
            current_reference_windows()) }}",
    ],
    meta={'heavy': true},
) }}

with referred as (
    select * from {{ ref('int_reference_values') }}
),

edges as (
    select * from {{ ref('int_reference_edges') }}
),

wanted as (
    select * from {{ ref('int_drift_weeks') }}
    {{ only_missing('(model_id, week_start)') }}
),

measured as (
    {{ predicted_numbers('wanted', 'week_start', 'week_end', ['week_start']) }}
),

-- A week without any number has a row all the same: what has none is made again.
samples as (
    select
        wanted.*,
        measured.value,
        coalesce(measured.feature, 'score') as feature,
        case when measured.value is null then 0 else 1 end as of_week,
        0 as of_reference
    from wanted
    left join measured
        on
            wanted.model_id = measured.model_id
            and wanted.week_start = measured.week_start
    union all
    select
        wanted.*,
        referred.value,
        referred.feature,
        0 as of_week,
        1 as of_reference
    from wanted
    inner join referred on wanted.model_id = referred.model_id
),

-- The distance of the two distributions up to a value (its equals included), and the
-- value's bin.
placed as (
    select
        samples.*,
        abs(
            {{ ratio('sum(of_week) over so_far', 'sum(of_week) over series') }}
            - {{ ratio(
                'sum(of_reference) over so_far', 'sum(of_reference) over series'
            ) }}
        ) as distance,
        {% for decile in range(1, 10) -%}
            case when samples.value > edges.edge_{{ decile }} then 1 else 0 end
            {{- ' +' if not loop.last }}
        {% endfor %} as bin
    from samples
    left join edges
        on samples.model_id = edges.model_id and samples.feature = edges.feature
    window
        series as (partition by samples.model_id, samples.week_start, samples.feature),
        so_far as (
            partition by samples.model_id, samples.week_start, samples.feature
            order by samples.value nulls last
        )
),

binned as (
    select
        model_id,
        week_start,
        feature,
        bin,
        reference_start,
        reference_end,
        cast(sum(of_week) as bigint) as of_week,
        cast(sum(of_reference) as bigint) as of_reference,
        max(distance) as distance
    from placed
    group by model_id, week_start, feature, bin, reference_start, reference_end
)

select * from binned
