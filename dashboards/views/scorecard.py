"""Is the AI workforce worth it, and how sure are we?"""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, figures, publication
from dashboards.wording import change, count, day, decimal, known, percent, plain, times, usd
from orchestration.scorecard import COMPANY, MEASURES

WEEKLY = "governance.kpi_scorecard_weekly"
ALERTS = "governance.kpi_alerts"
DECISIONS = "governance.kpi_scope_decisions_weekly"
# How each measure is written, on an axis, and which columns its interval ends at.
COST, RATE, MULTIPLIER, SAVINGS = (measure.column for measure in MEASURES)
FORMS = {COST: usd, RATE: percent, MULTIPLIER: times, SAVINGS: usd}
AXES = {COST: charts.USD, RATE: charts.PERCENT, MULTIPLIER: charts.NUMBER, SAVINGS: charts.USD}
ENDS = {name: (f"{name}_low", f"{name}_high") for name in (COST, RATE, MULTIPLIER)}
# Savings have their cautious end only: it reaches up to the verified ones.
ENDS[SAVINGS] = (SAVINGS, "verified_savings_usd")

chosen = st.session_state.filters
named = chosen.names["workflow_id"]
weekly = publication.query(f"from {WEEKLY} order by week_start, workflow_id")
if chosen.since:
    weekly = weekly[weekly.week_start >= pd.Timestamp(chosen.since)]
subject = named[0] if len(named) == 1 else COMPANY
trend = weekly[(weekly.workflow_id == subject) & weekly.is_final]
headline = figures.last(trend, "week_start", ["workflow_id"])
workflows = weekly[(weekly.workflow_id != COMPANY) & (weekly.workflow_id.isin(named) | (not named))]
last_workflows = figures.last(workflows, "week_start", ["workflow_id"])
alerts = chosen.rows(ALERTS, order="severity, subject_type, subject_id")
decisions = figures.last(chosen.rows(DECISIONS), "week_start", ["agent_id"])


def four_numbers() -> None:
    if headline.empty:
        st.info("No week is final yet: outputs count once their rework window has passed.")
        return
    row = headline.iloc[0]
    who = "The company" if subject == COMPANY else plain(subject)
    st.markdown(f"{who}, week of {day(row.week_start)}, the last that is final.")
    for place, measure in zip(st.columns(len(MEASURES)), MEASURES, strict=True):
        form = FORMS[measure.column]
        with place:
            st.metric(
                measure.title,
                known(form, row[measure.column]),
                change(form, row[f"{measure.column}_change"]),
                delta_color="inverse" if measure.column == COST else "normal",
                help=plain(measure.reading),
            )
            st.caption(surely(row, measure.column))
    st.markdown(evidence(row.week_start))


def surely(row: pd.Series, measure: str) -> str:
    low, high = (known(FORMS[measure], row[end]) for end in ENDS[measure])
    if measure == SAVINGS:
        return plain(f"The cautious end; as verified {high}.")
    return plain(f"With 95 % confidence {low} to {high}.")


def evidence(week: pd.Timestamp) -> str:
    """How far reviews carry these numbers."""
    reviewed = publication.query(
        "select count(*) as agents, count(*) filter (is_sufficient) as sufficient,"
        " sum(reviews_random) as reviews from quality.kpi_task_accuracy_weekly"
        " where week_start = $week and ($workflow = $company or workflow_id = $workflow)",
        {"week": week.date(), "workflow": subject, "company": COMPANY},
    ).iloc[0]
    sure = "Sure enough to act on" if reviewed.sufficient == reviewed.agents else "Not yet sure"
    return (
        f"**{sure}**: random reviews are sufficient for {count(reviewed.sufficient)} of"
        f" {count(reviewed.agents)} agents, {known(count, reviewed.reviews)} reviews in four weeks."
        " Where they are not, the interval is wide, and the number may be far from the truth."
    )


def over_time() -> None:
    for start in range(0, len(MEASURES), 2):
        for place, measure in zip(st.columns(2), MEASURES[start : start + 2], strict=True):
            low, high = ENDS[measure.column]
            with place:
                st.markdown(f"**{measure.title}**")
                figures.chart(
                    charts.trend(
                        trend,
                        "week_start",
                        measure.column,
                        AXES[measure.column],
                        low=low,
                        high=high,
                        events=chosen.events(
                            "company" if subject == COMPANY else "workflow", subject
                        ),
                    ),
                    f"{measure.title} by week with its interval",
                )


def side_by_side() -> None:
    for start in range(0, len(MEASURES), 2):
        for place, measure in zip(st.columns(2), MEASURES[start : start + 2], strict=True):
            low, high = ENDS[measure.column]
            with place:
                st.markdown(f"**{measure.title}**")
                figures.chart(
                    charts.intervals(
                        last_workflows,
                        "workflow_id",
                        measure.column,
                        low,
                        high,
                        AXES[measure.column],
                        zero=True,
                    ),
                    f"{measure.title} of each workflow with its interval",
                )


def alarms() -> None:
    def said(row: Any) -> str:
        side = "above" if row.comparison.startswith(">") else "below"
        return (
            f"{plain(row.severity)}: {plain(row.metric)} is {known(decimal, row.value)}, {side} the"
            f" limit of {decimal(row.threshold)}, since {day(row.period_start)}; to act:"
            f" {plain(row.owner_role)}."
        )

    figures.lines(
        (f"{row.subject_type} {row.subject_id}", said(row)) for row in alerts.itertuples()
    )


def this_week() -> None:
    figures.lines(
        (
            row.agent_id,
            f"**{plain(row.decision).replace('_', ' ')}**, because {plain(row.reasons)}.",
        )
        for row in decisions.itertuples()
    )


figures.figure(
    "Is it worth it?",
    WEEKLY,
    headline,
    chosen,
    four_numbers,
    "Measures of several workflows cannot be averaged: choose one workflow to see its own numbers"
    " here, or none for the company's.",
)
figures.figure(
    "Does it get better?",
    WEEKLY,
    trend,
    chosen,
    over_time,
    "Each number by final week with its 95 % interval. Falling cost is good. Later weeks are left"
    " out: their outputs may still come back.",
)
figures.figure(
    "Which workflows carry it?",
    WEEKLY,
    last_workflows,
    chosen,
    side_by_side,
    "The last final week of each workflow.",
)
figures.figure(
    "What went over a limit?",
    ALERTS,
    alerts,
    chosen,
    alarms,
    "Everything that was over its limit in its latest period, and whose it is to act on.",
)
figures.figure(
    "What should each agent do this week?",
    DECISIONS,
    decisions,
    chosen,
    this_week,
    "The scope that each agent's evidence allows; the Governance page has the history.",
)
