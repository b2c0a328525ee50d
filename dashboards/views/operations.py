"""How much do models carry, how often are they released, and how soon are they up again?"""

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboards import charts, figures
from dashboards.wording import count, day, known, minutes, percent, plain

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
    def one(rows: pd.DataFrame) -> charts.Drawn:
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
    figures.chart(
        charts.heat(
            by_month(releases), "month", "model_id", "production_deployments", "d", darkest=6
        ),
        "Deployments to production of each model by month",
    )
    some = releases[(releases.production_deployments > 0) | (releases.rollbacks > 0)]
    figures.lines(
        (
            row.model_id,
            f"last released in {row.month_start:%Y-%m}: {count(row.production_deployments)} to"
            f" production, median lead time {known(hours, row.median_lead_time_hours)};"
            f" rolled back: {count(row.rollbacks)} ({known(percent, row.rollback_rate)}).",
        )
        for row in figures.last(some, "month_start", ["model_id"]).itertuples()
    )


def by_month(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(month=rows.month_start.dt.strftime("%Y-%m"))


def hours(value: float) -> str:
    return minutes(value * 60)


def gathered() -> None:
    figures.chart(
        charts.heat(named(incidents), "month", "subject", "incidents", "d", darkest=4),
        "Incidents of each severity, model and agent by month",
    )


def named(rows: pd.DataFrame) -> pd.DataFrame:
    subject = rows.subject_type + " " + rows.subject_id
    return by_month(rows).assign(
        subject=rows.severity + " · " + subject if "severity" in rows else subject
    )


def repaired() -> None:
    rows = incidents[incidents.mttr_hours.notna()]
    if not rows.empty:
        figures.chart(
            charts.heat(named(rows), "month", "subject", "mttr_hours", ".1f", darkest=24),
            "Mean hours to resolution by severity, model and agent, by month",
        )
    figures.lines(
        (
            row.subject_id,
            f"{count(row.open)} of {plain(row.severity)}, detected in {row.month_start:%Y-%m},"
            " **still open**.",
        )
        for row in incidents[incidents.open > 0].itertuples()
    )


def up() -> None:
    def share(value: float) -> str:
        return f"{value:.3%}"

    rows = availability[availability.minutes_down.notna()]
    figures.chart(
        charts.heat(
            named(rows), "month", "subject", "minutes_down", ".0f", darkest=240, mark="is_breach"
        ),
        "Minutes down of each model and agent by month",
    )
    promised = rows[rows.availability_slo.notna()]
    latest = figures.last(promised, "month_start", ["subject_type", "subject_id"])
    missed = promised[promised.is_breach.fillna(False)]
    figures.lines(
        (
            row.subject_id,
            f"{'**less than promised**' if row.is_breach else 'as promised'} in"
            f" {row.month_start:%Y-%m}: {known(share, row.availability)} of the time, the SLO is"
            f" {share(row.availability_slo)}.",
        )
        for row in pd.concat([latest, missed]).drop_duplicates().itertuples()
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
    # One event stands on each subject it touches.
    each = happened.groupby(["event_date", "kind", "title"], sort=False).subject_id.agg(list)
    figures.lines(
        (f"{day(date)} {kind}", f"{plain(title)} ({plain(', '.join(sorted(subjects)))})")
        for (date, kind, title), subjects in each.head(30).items()
    )


figures.figure(
    "How much do models carry, hour by hour?",
    THROUGHPUT,
    hourly,
    chosen,
    carried,
    "Predictions in each hour of the last two weeks, with the average of the last day and the 95th"
    " percentile of the last seven: plan capacity for that one. The table holds these two weeks"
    " too; the mart, all hours.",
    ["predictions"],
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
    "What happened?",
    EVENTS,
    happened,
    chosen,
    listed,
    "The last thirty releases, rollbacks and incidents; all of the period are in the table.",
)
figures.figure(
    "Where do incidents gather?",
    INCIDENTS,
    incidents,
    chosen,
    gathered,
    "Incidents by the month they were detected in, the most severe (sev1) on top. A dark row is"
    " where to invest.",
)
figures.figure(
    "How soon is it repaired?",
    INCIDENTS,
    incidents,
    chosen,
    repaired,
    "Mean hours from detection to resolution (MTTR), by severity; lighter is better. Open incidents"
    " stand apart: they are in no mean.",
)
figures.figure(
    "Is it there when it is needed?",
    AVAILABILITY,
    availability,
    chosen,
    up,
    "Minutes down by month, in which an incident of sev1 or sev2 was open; ! marks less than the"
    " service level objective (SLO) promises.",
    ["minutes_down"],
)
figures.figure(
    "What does a prediction cost?",
    COSTS,
    costs,
    chosen,
    each_prediction,
    "Compute cost over predictions, by the type of instance that served them. Lower is better; days"
    " with few predictions cost more each.",
    ["cost_per_prediction_usd"],
)
