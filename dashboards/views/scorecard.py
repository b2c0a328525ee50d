"""Is the AI workforce worth it, and how sure are we?"""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboards import charts, figures, publication
from dashboards.measures import AXES, CHANGES, COST, ENDS, FORMS, SAVINGS
from dashboards.sentences import alert, decision
from dashboards.wording import change, day, known, plain
from orchestration.scorecard import COMPANY, MEASURES

WEEKLY = "governance.kpi_scorecard_weekly"
ALERTS = "governance.kpi_alerts"
DECISIONS = "governance.kpi_scope_decisions_weekly"

chosen = st.session_state.filters
weekly = chosen.rows(WEEKLY, order="week_start, workflow_id")
subjects = chosen.names["workflow_id"] or (COMPANY,)
trend = weekly[weekly.workflow_id.isin(subjects) & weekly.is_final]
headline = figures.last(trend, "week_start", ["workflow_id"])
workflows = figures.last(weekly[weekly.workflow_id != COMPANY], "week_start", ["workflow_id"])
alerts = chosen.rows(ALERTS, order="severity, subject_type, subject_id, metric")
decisions = figures.last(chosen.rows(DECISIONS), "week_start", ["agent_id"])
events = chosen.events("workflow")
events = events[events.subject_id.isin(subjects) | (events.subject_type == "company")]


def four_numbers() -> None:
    for _, row in headline.iterrows():
        who = "the company" if row.workflow_id == COMPANY else plain(row.workflow_id)
        st.markdown(f"**Week of {day(row.week_start)}**, the last that is final, for **{who}**:")
        for place, measure in zip(st.columns(len(MEASURES)), MEASURES, strict=True):
            form = FORMS[measure.column]
            with place:
                st.metric(
                    measure.title,
                    known(form, row[measure.column]),
                    change(CHANGES[measure.column], row[f"{measure.column}_change"]),
                    delta_color="inverse" if measure.column == COST else "normal",
                    help=plain(measure.reading),
                )
                st.caption(plain(surely(row, measure.column)))
        st.markdown(evidence(row))


def surely(row: pd.Series, measure: str) -> str:
    """What the reviews leave open of one number."""
    form = FORMS[measure]
    low, high = (row[end] for end in ENDS[measure])
    if pd.isna(low):
        return "How sure, is not known either."
    if measure == SAVINGS:
        verified = known(form, row.verified_savings_usd)
        return f"The cautious end; as verified {verified}, at best {known(form, high)}."
    if pd.isna(high):
        return f"With 95 % confidence at least {form(low)}; how much more, no review proves."
    return f"With 95 % confidence between {form(low)} and {form(high)}."


def evidence(row: pd.Series) -> str:
    """Which side of the numbers is uncertain, and whose reviews are too few."""
    reviewed = publication.query(
        "select agent_id, coalesce(is_sufficient, false) as is_sufficient"
        " from quality.kpi_task_accuracy_weekly"
        " where week_start = $week and $workflow in ('all', workflow_id) order by agent_id",
        {"week": row.week_start.date(), "workflow": row.workflow_id},
    )
    lacking = reviewed[~reviewed.is_sufficient].agent_id
    spent = "What was spent is billed and booked"
    if pd.isna(row.total_cost_usd):
        feeds = figures.never_landed(WEEKLY)
        why = f" (these feeds never landed: {plain(feeds)})" if feeds else ""
        spent = f"What was spent is not known{why}"
    sure = "Not yet sure" if len(lacking) or reviewed.empty else "Sure enough to act on"
    few = f", too few of {plain(', '.join(lacking))}" if len(lacking) else ""
    return (
        f"**{sure}.** {spent}; how much of the work was right is estimated from random reviews,"
        f" sufficient for {len(reviewed) - len(lacking)} of {len(reviewed)} agents{few}."
    )


def each_measure(
    rows: pd.DataFrame, draw: Callable[[str, str, str], charts.Drawn], words: str
) -> None:
    """A chart a measure, drawn from its column and those of its interval's ends."""
    for start in range(0, len(MEASURES), 2):
        for place, measure in zip(st.columns(2), MEASURES[start : start + 2], strict=True):
            columns = measure.column, *ENDS[measure.column]
            with place:
                st.markdown(f"**{measure.title}**")
                if rows[list(columns)].isna().all(axis=None):
                    st.caption("Not known.")
                else:
                    figures.chart(draw(*columns), f"{measure.title} {words} with its interval")


def over_time() -> None:
    def draw(value: str, low: str, high: str) -> charts.Drawn:
        series = "workflow_id" if len(subjects) > 1 else None
        form = AXES[value]
        return charts.trend(
            trend, "week_start", value, form, low=low, high=high, series=series, events=events
        )

    each_measure(trend, draw, "by week")


def side_by_side() -> None:
    def draw(value: str, low: str, high: str) -> charts.Drawn:
        return charts.intervals(workflows, "workflow_id", value, low, high, AXES[value], zero=True)

    each_measure(workflows, draw, "of each workflow")


def alarms() -> None:
    figures.lines(
        (f"{row.subject_type} {row.subject_id}", plain(alert(row))) for row in alerts.itertuples()
    )


def this_week() -> None:
    figures.lines(
        (f"{row.agent_id}, week of {day(row.week_start)}", decision(row))
        for row in decisions.itertuples()
    )


figures.figure(
    "Is it worth it?",
    WEEKLY,
    headline,
    chosen,
    four_numbers,
    "The change is against the week before; falling cost is good. Measures of several workflows"
    " cannot be averaged: choose workflows to see the numbers of each, or none for the company's.",
    list(FORMS),
)
figures.figure(
    "Does it get better?",
    WEEKLY,
    trend,
    chosen,
    over_time,
    "Each number by final week with its 95 % interval; a wide band is a number few reviews carry."
    " Later weeks are left out: their outputs may still come back.",
    list(FORMS),
)
figures.figure(
    "Which workflows carry it?",
    WEEKLY,
    workflows,
    chosen,
    side_by_side,
    "The last final week of each workflow; where lines overlap, reviews do not tell two apart."
    " Savings are drawn from their cautious end to the best that reviews leave possible.",
    list(FORMS),
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
