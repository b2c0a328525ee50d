"""How much do models carry, how often are they released, and how soon are they up again?"""

from datetime import timedelta

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import charts, figures
from dashboards.wording import count, known, percent, plain

THROUGHPUT = "productivity.kpi_model_throughput_hourly"
RELEASES = "productivity.kpi_deployment_cadence_monthly"
INCIDENTS = "efficiency.kpi_incident_mttr_monthly"
AVAILABILITY = "efficiency.kpi_availability_monthly"
COSTS = "efficiency.kpi_cost_per_prediction_daily"
EVENTS = "governance.kpi_event_annotations"
HOURS_SHOWN = timedelta(weeks=2)

chosen = st.session_state.filters
hourly = chosen.rows(
    THROUGHPUT,
    f"hour_start > (select max(hour_start) - interval {HOURS_SHOWN.days} day from {THROUGHPUT})",
)
releases = chosen.rows(RELEASES)
happened = chosen.rows(EVENTS, "source in ('deployment', 'incident')", "event_date desc, event_id")
incidents = chosen.rows(INCIDENTS)
availability = chosen.rows(AVAILABILITY)
costs = chosen.rows(COSTS)


def carried() -> None:
    def one(rows: pd.DataFrame) -> alt.LayerChart:
        events = chosen.events("model", rows.model_id.iloc[0])
        return charts.hours(
            rows,
            "hour_start",
            "predictions",
            {"rolling_24h_avg": "rolling 24 h average", "p95_7d": "95th percentile, 7 days"},
            events[events.event_date >= rows.hour_start.min()],
        )

    figures.panels(hourly, ["model_id"], one, across=2)


def calendar() -> None:
    rows = releases.assign(month=releases.month_start.dt.strftime("%Y-%m"))
    figures.chart(
        charts.heat(rows, "month", "model_id", "production_deployments", "d", darkest=6),
        "Deployments to production of each model by month",
    )
    figures.lines(
        (
            row.model_id,
            f"{row.month_start:%Y-%m}: {count(row.production_deployments)} to production, median"
            f" lead time {known(count, row.median_lead_time_hours)} hours, rolled back:"
            f" {known(percent, row.rollback_rate)}.",
        )
        for row in figures.last(releases, "month_start", ["model_id"]).itertuples()
    )


def heat_of_incidents() -> None:
    rows = incidents.assign(month=incidents.month_start.dt.strftime("%Y-%m"))
    by_month = rows.groupby(["subject_id", "month"], as_index=False).incidents.sum()
    figures.chart(
        charts.heat(by_month, "month", "subject_id", "incidents", "d", darkest=4),
        "Incidents of each model and agent by month",
    )


def repaired() -> None:
    rows = incidents[incidents.mttr_hours.notna()]
    figures.panels(
        rows.assign(month=rows.month_start.dt.strftime("%Y-%m")),
        ["severity"],
        lambda part: charts.dots(part, "subject_id", "mttr_hours", "month", charts.NUMBER),
    )
    waiting = incidents[incidents.open > 0]
    if not waiting.empty:
        figures.lines(
            (row.subject_id, f"{count(row.open)} of {row.severity} still open.")
            for row in waiting.itertuples()
        )


def up() -> None:
    rows = availability[availability.minutes_down.notna()]
    figures.chart(
        charts.heat(
            rows.assign(month=rows.month_start.dt.strftime("%Y-%m")),
            "month",
            "subject_id",
            "minutes_down",
            ".0f",
            darkest=240,
            mark="is_breach",
        ),
        "Minutes down of each model and agent by month",
    )
    figures.lines(
        (
            f"{row.subject_id} {row.month_start:%Y-%m}",
            f"**below what was promised**: {row.availability:.3%} of {row.availability_slo:.3%}.",
        )
        for row in rows[rows.is_breach.fillna(False)].itertuples()
    )


def each_prediction() -> None:
    figures.panels(
        costs[costs.cost_per_prediction_usd.notna()],
        ["model_id"],
        lambda rows: charts.trend(
            rows,
            "cost_date",
            "cost_per_prediction_usd",
            charts.SMALL_USD,
            series="instance_type",
            events=chosen.events("model", rows.model_id.iloc[0]),
        ),
    )


def listed() -> None:
    figures.lines(
        (f"{row.event_date:%Y-%m-%d} {row.subject_id}", f"{row.kind}, {plain(row.title)}")
        for row in happened.head(30).itertuples()
    )


figures.figure(
    "How much do models carry, hour by hour?",
    THROUGHPUT,
    hourly,
    chosen,
    carried,
    "Predictions in each hour of the last two weeks, with the average of the last day and the 95th"
    " percentile of the last seven: plan capacity for that one.",
)
figures.figure(
    "How often are models released, and how often taken back?",
    RELEASES,
    releases,
    chosen,
    calendar,
    "Deployments to production by month. Lead time runs from commit to production; short lead times"
    " and few rollbacks go together in healthy teams.",
)
figures.figure(
    "Where do incidents gather?",
    INCIDENTS,
    incidents,
    chosen,
    heat_of_incidents,
    "Incidents by the month they were detected in, of all severities.",
)
figures.figure(
    "How soon is it repaired?",
    INCIDENTS,
    incidents,
    chosen,
    repaired,
    "Mean hours from detection to resolution, by severity; a dot a month. Open incidents stand"
    " apart: they are in no mean.",
)
figures.figure(
    "Is it there when it is needed?",
    AVAILABILITY,
    availability,
    chosen,
    up,
    "Minutes with a severe incident by month; ! marks less than what was promised.",
)
figures.figure(
    "What does a prediction cost?",
    COSTS,
    costs,
    chosen,
    each_prediction,
    "Compute cost over predictions, by the type of instance that served them. Lower is better.",
)
figures.figure(
    "What happened?",
    EVENTS,
    happened,
    chosen,
    listed,
    "The last thirty releases, rollbacks and incidents; all of the period are in the table.",
)
