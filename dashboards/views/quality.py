"""Is the work right, on time, and done by models that still see the world they learned?"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, figures, publication
from dashboards.wording import count, day, known, minutes, percent, plain

ACCURACY = "quality.kpi_task_accuracy_weekly"
ERRORS = "quality.kpi_error_rate_weekly"
LATENCY = "productivity.kpi_volume_velocity_value_weekly"
MODELS = "quality.kpi_model_quality_weekly"
DRIFT = "quality.kpi_drift_weekly"
RATE = "quality.kpi_drift_rate_monthly"
ALERTS = "governance.kpi_alerts"
AGENT = ["workflow_id", "agent_id"]

chosen = st.session_state.filters
accuracy = chosen.rows(ACCURACY)
errors = chosen.rows(ERRORS)
latency = chosen.rows(LATENCY)
last_latency = figures.last(latency, "week_start", AGENT)
models = chosen.rows(MODELS)
cohorts = figures.last(models[models.cohort != "all"], "week_start", ["model_id", "cohort"])
drift = chosen.rows(DRIFT)
rate = chosen.rows(RATE)
last_rate = figures.last(rate, "month_start", ["model_id"])
alerts = chosen.rows(ALERTS, "metric in ('psi', 'ks', 'drift_rate')")


def right() -> None:
    figures.panels(
        accuracy,
        AGENT,
        lambda rows: charts.trend(
            rows,
            "week_start",
            "accuracy",
            charts.PERCENT,
            low="accuracy_low",
            high="accuracy_high",
            limits=["accuracy_floor"],
            events=chosen.events("agent", rows.agent_id.iloc[0]),
        ),
    )


def enough() -> None:
    def said(row: Any) -> str:
        half = known(percent, row.half_width)
        reviews = f"{count(row.reviews_random)} random reviews, accurate to ± {half}"
        if row.is_sufficient:
            return f"**enough**: {reviews}."
        return f"**not enough**: {reviews}; {known(count, row.reviews_needed)} are needed."

    named(figures.last(accuracy, "week_start", AGENT), said)


def named(rows: pd.DataFrame, said: Callable[[Any], str]) -> None:
    figures.lines((f"{row.workflow_id} · {row.agent_id}", said(row)) for row in rows.itertuples())


def failing() -> None:
    figures.panels(
        errors,
        AGENT,
        lambda rows: charts.trend(
            rows,
            "week_start",
            "error_rate",
            charts.PERCENT,
            low="error_rate_low",
            high="error_rate_high",
            limits=["error_rate_ceiling"],
            events=chosen.events("agent", rows.agent_id.iloc[0]),
        ),
    )


def caught() -> None:
    def said(row: Any) -> str:
        state = "**above its ceiling**" if row.is_breach else "not above its ceiling"
        return (
            f"{state}: {known(count, row.failed_runs)} of {known(count, row.runs)} runs failed;"
            f" a person took over {known(percent, row.contained_rate)} of them in time."
        )

    named(figures.last(errors, "week_start", AGENT), said)


def in_time() -> None:
    sla = publication.query("select workflow_id, sla_minutes from core.dim_workflows")
    rows = last_latency.merge(sla, on="workflow_id", how="left")
    names = {
        "latency_median_minutes": "median",
        "latency_p95_minutes": "95th percentile",
        "baseline_latency_median_minutes": "people's median",
        "sla_minutes": "SLA",
    }
    each = rows.assign(agent=rows.workflow_id + " · " + rows.agent_id).melt(
        ["agent"], list(names), "measure", "minutes"
    )
    each = each[each.minutes > 0].assign(measure=each.measure.map(names))
    figures.chart(
        charts.dots(each, "agent", "minutes", "measure", charts.NUMBER, "log"),
        "Minutes each agent takes, people's median and the SLA",
    )
    named(
        rows,
        lambda row: (
            f"{known(percent, row.sla_attainment)} within the SLA of"
            f" {known(minutes, row.sla_minutes)};"
            f" 95 % took at most {known(minutes, row.latency_p95_minutes)}."
        ),
    )


def sla_over_time() -> None:
    figures.panels(
        latency,
        AGENT,
        lambda rows: charts.trend(
            rows,
            "week_start",
            "sla_attainment",
            charts.PERCENT,
            events=chosen.events("agent", rows.agent_id.iloc[0]),
        ),
    )


def each_model() -> None:
    whole = models[models.cohort == "all"]
    rows = whole.melt(
        ["model_id", "week_start"], ["accuracy", "precision", "recall", "f1"], "measure", "share"
    )
    figures.panels(
        rows[rows.share.notna()],
        ["model_id"],
        lambda part: charts.trend(
            part,
            "week_start",
            "share",
            charts.PERCENT,
            series="measure",
            events=chosen.events("model", part.model_id.iloc[0]),
        ),
    )


def each_cohort() -> None:
    shown = cohorts[cohorts.accuracy.notna()]
    if shown.empty:
        st.info("No model tells how it serves each cohort.")
        return
    figures.panels(
        shown,
        ["model_id"],
        lambda part: charts.intervals(
            part, "cohort", "accuracy", "accuracy_low", "accuracy_high", charts.PERCENT
        ),
    )
    whole = figures.last(models[models.cohort == "all"], "week_start", ["model_id"])
    unlike = whole[whole.disparity.notna() & (whole.worst_cohort != whole.best_cohort)]
    figures.lines(
        (
            row.model_id,
            f"{'**unfair**' if row.is_unfair else 'not shown to be unfair'}:"
            f" {plain(row.worst_cohort)} is served {percent(row.disparity)} as well as"
            f" {plain(row.best_cohort)}.",
        )
        for row in unlike.itertuples()
    )


def shifted() -> None:
    figures.panels(
        drift[drift.psi.notna()].assign(week=drift.week_start.dt.strftime("%m-%d")),
        ["model_id"],
        lambda part: charts.heat(
            part, "week", "feature", "psi", ".2f", darkest=0.5, mark="is_drifted"
        ),
        across=1,
    )


def retrain() -> None:
    figures.lines(
        (
            row.model_id,
            f"{'**retrain**' if row.retrain_recommended else 'no need to retrain'}: drifted in"
            f" {count(row.drifted_windows)} of {count(row.windows)} weeks of"
            f" {row.month_start:%Y-%m}.",
        )
        for row in last_rate.itertuples()
    )


def alarms() -> None:
    figures.lines(
        (
            row.subject_id,
            f"{plain(row.metric)} is {row.value:,.2f}, the limit is {row.threshold:,.2f},"
            f" since {day(row.period_start)}; to act: {plain(row.owner_role)}.",
        )
        for row in alerts.itertuples()
    )


figures.figure(
    "Are the outputs right?",
    ACCURACY,
    accuracy,
    chosen,
    right,
    "Share of randomly reviewed outputs that people accepted, with its 95 % interval; four weeks of"
    " reviews each. The dashed line is what the workflow demands.",
)
figures.figure(
    "Are there enough reviews to say so?",
    ACCURACY,
    figures.last(accuracy, "week_start", AGENT),
    chosen,
    enough,
    "Where there are too few, the number above is a guess: review more before deciding.",
)
figures.figure(
    "How often do runs fail?",
    ERRORS,
    errors,
    chosen,
    failing,
    "Share of failed runs with its interval; the dashed line is the ceiling. Lower is better.",
)
figures.figure(
    "Do people catch the failures?",
    ERRORS,
    figures.last(errors, "week_start", AGENT),
    chosen,
    caught,
    "The last week. A failed run does little harm where a person takes over in time.",
)
figures.figure(
    "Is the work done in time?",
    LATENCY,
    last_latency,
    chosen,
    in_time,
    "Minutes from opening to closing of what agents completed, in the last final week, on a scale"
    " on which each step is ten times the one before.",
)
figures.figure(
    "Does more of it come in time?",
    LATENCY,
    latency,
    chosen,
    sla_over_time,
    "Share of what agents were given that they completed within the SLA; what they hand over counts"
    " as late.",
)
figures.figure(
    "How good are the models?",
    MODELS,
    models,
    chosen,
    each_model,
    "By labels that arrived later. A model that estimates amounts has no such share; its errors"
    " (mae, rmse) stand in the table.",
)
figures.figure(
    "Do models serve all groups alike?",
    MODELS,
    cohorts,
    chosen,
    each_cohort,
    "The last week with its interval. Below four fifths of the best served group, even at the"
    " favourable end, a model is flagged.",
)
figures.figure(
    "Do models still see what they learned from?",
    DRIFT,
    drift,
    chosen,
    shifted,
    "Population stability index of each feature by week; darker is further away. ! marks a drift:"
    " 0.25 and more, or 0.1 where the distance is beyond chance too.",
)
figures.figure(
    "Which models should be retrained?",
    RATE,
    last_rate,
    chosen,
    retrain,
    "The last month.",
)
figures.figure(
    "Which drifts ask for somebody?", ALERTS, alerts, chosen, alarms, "Alerts of the last period."
)
