"""What may each agent do, who decided so, and on what grounds?"""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, figures
from dashboards.sentences import decision
from dashboards.wording import UNKNOWN, day, decimal, known, plain

DECISIONS = "governance.kpi_scope_decisions_weekly"
GATES = "governance.kpi_gate_reviews"
LOG = "governance.decision_log"
GATE_ORDER = ("pre-production", "30-days", "60-days", "90-days")
LETTERS = {
    "expand": "E",
    "hold": "H",
    "insufficient_evidence": "?",
    "restrict": "R",
    "rollback": "B",
}
VERDICTS = {"passed": "✓", "not passed": "✕", "not due yet": "…"}
LOGGED = 40

chosen = st.session_state.filters
decisions = chosen.rows(DECISIONS, order="week_start, agent_id")
latest = figures.last(decisions, "week_start", ["agent_id"])
gates = chosen.rows(GATES, order="agent_id, review_date, criterion")
log = chosen.rows(LOG, order="decided_at desc, decision_id")


def this_week() -> None:
    figures.lines(
        (f"{row.agent_id}, week of {day(row.week_start)}", decision(row))
        for row in latest.itertuples()
    )


def history() -> None:
    # With the year, so that weeks of two years stand in order.
    rows = decisions.assign(
        week=decisions.week_start.dt.strftime("%Y-%m-%d"), letter=decisions.decision.map(LETTERS)
    )
    figures.chart(
        charts.letters(rows, "week", "agent_id", "decision", "letter", tuple(LETTERS)),
        "Decision for each agent by week",
    )


def passed() -> None:
    verdicts = gates[["agent_id", "gate", "is_gate_passed"]].drop_duplicates()
    said = verdicts.is_gate_passed.map({True: "passed", False: "not passed"})
    verdicts = verdicts.assign(verdict=said.fillna("not due yet"))
    figures.chart(
        charts.letters(
            verdicts.assign(sign=verdicts.verdict.map(VERDICTS)),
            "gate",
            "agent_id",
            "verdict",
            "sign",
            tuple(VERDICTS),
            columns=GATE_ORDER,
        ),
        "Whether each agent passed each gate",
    )
    # Null before the review: that is not a criterion missed.
    missed = gates[gates.is_met.eq(False).fillna(False)]
    figures.lines(
        (
            f"{row.agent_id}, {row.gate}, {day(row.review_date)}",
            f"✕ {plain(row.criterion)}: {asked(row)}.",
        )
        for row in missed.itertuples()
    )
    if missed.empty:
        st.success("No criterion of a gate that was due is missed.")
    criteria = gates.assign(
        met=gates.is_met.map({True: "✓ met", False: "✕ not met"}).fillna("… not due yet"),
        value=gates.value.map(lambda value: known(decimal, value)),
        target=[
            f"{row.comparison} {decimal(row.target)}" if pd.notna(row.target) else UNKNOWN
            for row in gates.itertuples()
        ],
    )
    with st.expander("Every criterion"):
        st.dataframe(
            criteria[["agent_id", "gate", "review_date", "criterion", "value", "target", "met"]],
            hide_index=True,
            alt="Each criterion of each gate: its value, its target and whether it is met",
        )


def asked(row: Any) -> str:
    target = f"{plain(row.comparison)} {plain(known(decimal, row.target))}"
    return f"{plain(known(decimal, row.value))}, asked for {target}"


def logged() -> None:
    figures.lines(
        (
            f"{day(row.as_of_date)} {row.subject_id}",
            f"{decision(row)} Run {plain(row.run_id)}, figures {plain(row.input_hash[:12])}.",
        )
        for row in log.head(LOGGED).itertuples()
    )
    if len(log) > LOGGED:
        st.caption(f"{LOGGED} of {len(log)} decisions; the CSV below holds all.")


figures.figure(
    "What should each agent do this week?",
    DECISIONS,
    latest,
    chosen,
    this_week,
    "The first rule that matches decides: roll back, restrict, gather evidence, expand, else hold."
    " An agent that ended keeps its last week.",
)
figures.figure(
    "How did that change?",
    DECISIONS,
    decisions,
    chosen,
    history,
    ", ".join(f"{letter}: {name.replace('_', ' ')}" for name, letter in LETTERS.items()) + ".",
)
figures.figure(
    "Which gates did agents pass?",
    GATES,
    gates,
    chosen,
    passed,
    "Before production and 30, 60 and 90 days after it: ✓ passed, ✕ not passed, … not due yet. A"
    " gate is passed when each of its criteria is met; those missed stand below.",
)
figures.figure(
    "What was decided, on which run and data?",
    LOG,
    log,
    chosen,
    logged,
    "The latest first; the log is only ever added to. The run and the hash of the figures tell on"
    " what each decision rests.",
)
