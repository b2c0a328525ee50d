"""Is the work right, on time, and done by models that still see the world they learned?"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, figures, publication
from dashboards.sentences import alert
from dashboards.wording import count, known, minutes, percent, plain

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
last_accuracy = figures.last(accuracy, "week_start", AGENT)
last_errors = figures.last(errors, "week_start", AGENT)
last_latency = figures.last(latency, "week_start", AGENT)
models = chosen.rows(MODELS)
last_models = figures.last(models, "week_start", ["model_id", "cohort"])
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
        shows=["accuracy"],
    )


def enough() -> None:
    def said(row: Any) -> str:
        reviews = f"{count(row.reviews_random)} random reviews"
        if row.reviews_random:
            reviews += f", accurate to ± {known(percent, row.half_width)}"
        if row.is_sufficient:
            return f"**enough**: {reviews}."
        return f"**not enough**: {reviews}; needed: {known(count, row.reviews_needed)}."

    named(last_accuracy, said)


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
        shows=["error_rate"],
    )


def caught() -> None:
    def said(row: Any) -> str:
        if not row.runs:
            return "it had no runs."
        state = "**above its ceiling**" if row.is_breach else "not above its ceiling"
        return (
            f"{state}: {count(row.failed_runs)} of {count(row.runs)} runs failed;"
            f" a person took over {count(row.contained_runs)} of them in time"
            f" ({known(percent, row.contained_rate)})."
        )

    named(last_errors, said)


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


def each_week() -> None:
    rows = latency[latency.sla_attainment.notna()]
    figures.chart(
        charts.heat(
            rows.assign(
                agent=rows.workflow_id + " · " + rows.agent_id,
                week=rows.week_start.dt.strftime("%Y-%m-%d"),
                is_open=~rows.is_final,
            ),
            "week",
            "agent",
            "sla_attainment",
            charts.PERCENT,
            darkest=1,
            mark="is_open",
            sign="*",
        ),
        "Share of work done within the SLA, by agent and week",
    )


def each_model() -> None:
    ends = ["accuracy_low", "accuracy_high"]
    rows = models[models.cohort == "all"].melt(
        ["model_id", "week_start", *ends],
        ["accuracy", "precision", "recall", "f1"],
        "measure",
        "share",
    )
    # The interval is that of the accuracy alone.
    rows.loc[rows.measure != "accuracy", ends] = None
    figures.panels(
        rows[rows.share.notna()],
        ["model_id"],
        lambda part: charts.trend(
            part,
            "week_start",
            "share",
            charts.PERCENT,
            low="accuracy_low",
            high="accuracy_high",
            series="measure",
            events=chosen.events("model", part.model_id.iloc[0]),
        ),
    )


def each_cohort() -> None:
    rows = last_models[last_models.accuracy.notna()]
    figures.chart(
        charts.intervals(
            rows.assign(group=rows.model_id + " · " + rows.cohort),
            "group",
            "accuracy",
            "accuracy_low",
            "accuracy_high",
            charts.PERCENT,
        ),
        "Accuracy of each model for each group, with its interval",
    )
    told = last_models[last_models.disparity.notna()]
    figures.lines(
        (
            row.model_id,
            f"{'**unfair**' if row.is_unfair else 'not shown to be unfair'}:"
            f" {plain(row.worst_cohort)} at {percent(row.disparity)} of {plain(row.best_cohort)}"
            f" (at most {known(percent, row.disparity_high)}).",
        )
        for row in told[told.worst_cohort != told.best_cohort].itertuples()
    )


def shifted() -> None:
    rows = drift[drift.psi.notna()]
    figures.chart(
        charts.heat(
            rows.assign(
                seen=rows.model_id + " · " + rows.feature,
                week=rows.week_start.dt.strftime("%Y-%m-%d"),
            ),
            "week",
            "seen",
            "psi",
            ".2f",
            darkest=0.5,
            mark="is_drifted",
        ),
        "Population stability index of each feature of each model, by week",
    )


def retrain() -> None:
    figures.lines(
        (
            row.model_id,
            f"{'**retrain**' if row.retrain_recommended else 'no need to retrain'}: drifted in"
            f" {count(row.drifted_windows)} of {count(row.windows)} weeks of"
            f" {row.month_start:%Y-%m} ({known(percent, row.drift_rate)}).",
        )
        for row in last_rate.itertuples()
    )


def alarms() -> None:
    figures.lines((row.subject_id, plain(alert(row))) for row in alerts.itertuples())


figures.figure(
    "Are the outputs right?",
    ACCURACY,
    accuracy,
    chosen,
    right,
    "Share of randomly reviewed outputs that people accepted, with its 95 % interval; four weeks of"
    " reviews each. The dashed line is what the workflow demands: the line should stay above it.",
    ["accuracy"],
)
figures.figure(
    "Are there enough reviews to say so?",
    ACCURACY,
    last_accuracy,
    chosen,
    enough,
    "Where there are too few, the share above is a guess: review more before deciding.",
)
figures.figure(
    "How often do runs fail?",
    ERRORS,
    errors,
    chosen,
    failing,
    "Share of failed runs with its interval; the dashed line is the ceiling. Lower is better.",
    ["error_rate"],
)
figures.figure(
    "Do people catch the failures?",
    ERRORS,
    last_errors,
    chosen,
    caught,
    "The last week. A failed run does little harm where a person takes over in time.",
    ["error_rate"],
)
figures.figure(
    "Is the work done in time?",
    LATENCY,
    last_latency,
    chosen,
    in_time,
    "Minutes from opening to closing of what agents completed, in the last final week; further left"
    " is better. Each step of the scale is ten times the one before.",
    ["latency_median_minutes"],
)
figures.figure(
    "Does more of it come in time?",
    LATENCY,
    latency,
    chosen,
    each_week,
    "Share of what agents were given that they completed within the SLA: darker is better. What"
    " they hand over counts as late. Weeks marked * can still change.",
    ["sla_attainment"],
)
figures.figure(
    "How good are the models?",
    MODELS,
    models,
    chosen,
    each_model,
    "By labels that arrived later; higher is better, the band is the interval of the accuracy. A"
    " model that estimates amounts has no such share: its errors (mae, rmse) stand in the table.",
    ["accuracy"],
)
figures.figure(
    "Do models serve all groups alike?",
    MODELS,
    last_models,
    chosen,
    each_cohort,
    "Accuracy of the last week with its interval. A model is unfair where the group it serves worst"
    " falls too far behind the best one, even at the favourable end of the interval.",
    ["accuracy"],
)
figures.figure(
    "Do models still see what they learned from?",
    DRIFT,
    drift,
    chosen,
    shifted,
    "Population stability index of each feature by week: how far what a model sees is from what it"
    " learned from. Darker is further away; ! marks a drift.",
    ["psi"],
)
figures.figure(
    "Which models should be retrained?",
    RATE,
    last_rate,
    chosen,
    retrain,
    "Weeks of the latest month, so far, in which any feature drifted. Most of them: retrain.",
)
figures.figure(
    "Which drifts ask for somebody?",
    ALERTS,
    alerts,
    chosen,
    alarms,
    "Alerts of the last complete week and month, and who has to act.",
)
