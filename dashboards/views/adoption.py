"""Do teams use AI, trust it for good reason, and does their work gain from it?"""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dashboards import charts, figures
from dashboards.wording import count, decimal, known, percent, plain

FEATURES = "adoption.kpi_feature_adoption_monthly"
TRUST = "adoption.kpi_trust_quarterly"
CHAIN = "adoption.kpi_value_chain_weekly"
GAP = "adoption.kpi_usage_outcome_gap_monthly"
JUDGEMENT = "adoption.kpi_judgement_quarterly"
PODS = "adoption.kpi_agent_pods_monthly"
HIDDEN = "hidden: fewer than five people, or another team would be told by it"
FUNNEL = {
    "eligible": "1 eligible",
    "onboarded": "2 onboarded",
    "active": "3 active",
    "retained": "4 active last month too",
}
LAYERS = {
    "runs": "1 usage: runs",
    "completed": "2 completion: items",
    "value_usd": "3 outcome: value, USD",
}

chosen = st.session_state.filters
teams = chosen.rows(FEATURES, "job_profile = 'all'")
funnel = figures.last(teams, "month_start", ["feature_id", "team_id"])
trust = chosen.rows(TRUST)
chain = chosen.rows(CHAIN)
gap = chosen.rows(GAP)
last_gap = figures.last(gap, "month_start", ["team_id"])
judgement = chosen.rows(JUDGEMENT)
last_judgement = figures.last(judgement, "quarter_start", ["team_id"])
pods = chosen.rows(PODS)
last_pods = figures.last(pods, "month_start", ["team_id"])


def hidden(rows: pd.DataFrame) -> None:
    names = sorted(rows[rows.is_suppressed].team_id.unique())
    if names:
        st.info(f"{HIDDEN.capitalize()}. That is so for {', '.join(map(plain, names))}.")


def told(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows.is_suppressed]


def reached() -> None:
    hidden(funnel)

    def one(rows: pd.DataFrame) -> alt.LayerChart:
        steps = rows.melt(["team_id"], list(FUNNEL), "step", "people")
        return charts.heat(
            steps.assign(step=steps.step.map(FUNNEL)), "step", "team_id", "people", "d", darkest=40
        )

    figures.panels(told(funnel), ["feature_id"], one)


def satisfied() -> None:
    hidden(trust.rename(columns={"subject_id": "team_id"}))
    shown = told(trust)
    rated = shown[shown.csat.notna()]
    figures.panels(
        rated[rated.subject_type != "team"],
        ["subject_id"],
        lambda rows: charts.trend(
            rows,
            "quarter_start",
            "csat",
            charts.NUMBER,
            events=chosen.events(rows.subject_type.iloc[0], rows.subject_id.iloc[0]),
        ),
    )
    figures.lines(
        (
            row.subject_id,
            f"{row.quarter_start:%Y-%m} on: satisfaction {known(decimal, row.csat)}, recommendation"
            f" {known(decimal, row.nps)}, trust {known(decimal, row.trust)}, fluency"
            f" {known(decimal, row.fluency)} ({known(count, row.responses)} answers); outputs left"
            f" as they were: {known(percent, row.trust_score)}.",
        )
        for row in figures.last(shown, "quarter_start", ["subject_type", "subject_id"]).itertuples()
    )


def three_layers() -> None:
    hidden(chain)
    long = told(chain).melt(["week_start", "team_id"], list(LAYERS), "layer", "amount")
    figures.panels(
        long.assign(layer=long.layer.map(LAYERS)),
        ["layer"],
        lambda part: charts.bars(
            part,
            "week_start",
            "amount",
            None,
            charts.NUMBER,
            events=chosen.events("company"),
        ),
    )


def flags() -> None:
    hidden(last_gap)

    def said(row: Any) -> str:
        flagged = " and ".join(
            name
            for name, is_so in (
                ("**more tokens without more output**", row.is_tokenmaxxing),
                ("**assisted work comes back more often**", row.is_workslop),
            )
            if not pd.isna(is_so) and is_so
        )
        return (
            f"{flagged or 'no flag'}; tokens {known(percent, row.token_growth)}, outputs"
            f" {known(percent, row.output_growth)} against the month before; of assisted work"
            f" {known(percent, row.assisted_return_rate)} came back, of the rest"
            f" {known(percent, row.unassisted_return_rate)}."
        )

    figures.lines((row.team_id, said(row)) for row in told(last_gap).itertuples())


def judged() -> None:
    hidden(last_judgement)
    shown = told(last_judgement)
    shown = shown[shown.catch_rate.notna()]
    if not shown.empty:
        figures.chart(
            charts.intervals(
                shown, "team_id", "catch_rate", "catch_rate_low", "catch_rate_high", charts.PERCENT
            ),
            "Share of wrong outputs each team caught, with its interval",
        )
    figures.lines(
        (
            row.team_id,
            f"accepted {known(percent, row.over_reliance)} of wrong outputs, doubted"
            f" {known(percent, row.under_reliance)} of right ones; people's own work succeeds in"
            f" {known(percent, row.people_success_rate)}.",
        )
        for row in told(last_judgement).itertuples()
    )


def side_by_side() -> None:
    hidden(last_pods)
    figures.lines(
        (
            row.team_id,
            f"{known(count, row.people)} people with {known(count, row.agents)} agents;"
            f" {known(decimal, row.outputs_verified_per_person)} verified outputs a person.",
        )
        for row in told(last_pods).itertuples()
    )


st.caption("Teams and roles, never persons: groups of fewer than five people are hidden.")
figures.figure(
    "How far does each feature reach?",
    FEATURES,
    funnel,
    chosen,
    reached,
    "People of the last month: who could use it, ever did, did this month, and did the month before"
    " too. Features lose people where the bar shrinks most.",
)
figures.figure(
    "Are people content, and do they trust what they get?",
    TRUST,
    trust,
    chosen,
    satisfied,
    "The last quarter of each team and agent. What people say and what they do (leaving outputs as"
    " they were) should agree.",
    shows=["csat", "nps", "trust", "fluency", "trust_score"],
)
figures.figure(
    "Does usage become work, and work become value?",
    CHAIN,
    chain,
    chosen,
    three_layers,
    "Three layers by week, the teams that are not hidden together. Usage that grows while the other"
    " two do not is only a bill.",
)
figures.figure(
    "Whose usage does not show in their work?",
    GAP,
    last_gap,
    chosen,
    flags,
    "The last final month. A flag is a question to ask the team, not a verdict: a team that just"
    " began with an agent also uses more before it delivers more.",
)
figures.figure(
    "Do people catch what is wrong?",
    JUDGEMENT,
    last_judgement,
    chosen,
    judged,
    "Of outputs that a second look found wrong, the share their reviewers had not accepted.",
)
figures.figure(
    "How do people and agents work together?",
    PODS,
    last_pods,
    chosen,
    side_by_side,
    "The last final month.",
)
