"""Do teams use AI, trust it for good reason, and does their work gain from it?"""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, figures
from dashboards.wording import UNKNOWN, change, count, decimal, known, percent, plain, points

FEATURES = "adoption.kpi_feature_adoption_monthly"
TRUST = "adoption.kpi_trust_quarterly"
CHAIN = "adoption.kpi_value_chain_weekly"
GAP = "adoption.kpi_usage_outcome_gap_monthly"
JUDGEMENT = "adoption.kpi_judgement_quarterly"
PODS = "adoption.kpi_agent_pods_monthly"
HIDDEN = "hidden: fewer than five people, or another team would be told by it"
FUNNEL = {
    "eligible": "1 could",
    "onboarded": "2 ever",
    "active": "3 now",
    "retained": "4 stayed",
}
LAYERS = {
    "runs": "1 usage: runs",
    "completed": "2 completion: items",
    "value_usd": "3 outcome: value, USD",
}
ANSWERS = {"csat": "satisfaction", "trust": "trust", "fluency": "fluency"}

chosen = st.session_state.filters
teams = chosen.rows(FEATURES, "job_profile = 'all'")
funnel = figures.last(teams, "month_start", ["feature_id", "team_id"])
trust = chosen.rows(TRUST)
chain = chosen.rows(CHAIN, "is_final")
gap = chosen.rows(GAP)
last_gap = figures.last(gap, "month_start", ["team_id"])
judgement = chosen.rows(JUDGEMENT)
last_judgement = figures.last(judgement, "quarter_start", ["team_id"])
pods = chosen.rows(PODS)
last_pods = figures.last(pods, "month_start", ["team_id"])


def hidden(rows: pd.DataFrame, name: str = "team_id") -> None:
    names = sorted(rows[rows.is_suppressed][name].unique())
    if names:
        st.info(f"{HIDDEN.capitalize()}. That is so for {', '.join(map(plain, names))}.")


def told(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[~rows.is_suppressed]


def none(counted: Any) -> bool:
    """Whether a count is known, and nought."""
    return not pd.isna(counted) and counted == 0


def reached() -> None:
    hidden(funnel)

    def one(rows: pd.DataFrame) -> charts.Drawn:
        steps = rows.melt(["team_id"], list(FUNNEL), "step", "people").dropna()
        return charts.heat(
            steps.assign(step=steps.step.map(FUNNEL)), "step", "team_id", "people", "d", darkest=40
        )

    figures.panels(told(funnel), ["feature_id"], one, shows=list(FUNNEL))


def satisfied() -> None:
    latest = figures.last(trust, "quarter_start", ["subject_type", "subject_id"])
    lacking = figures.never_landed(TRUST)
    if lacking and trust.responses.isna().all():
        st.info(f"Answers are not known: these feeds never landed: {plain(lacking)}.")
    else:
        hidden(latest, "subject_id")

    def one(rows: pd.DataFrame) -> charts.Drawn:
        asked = rows.melt(["quarter_start"], list(ANSWERS), "question", "answer")
        return charts.trend(
            asked.assign(question=asked.question.map(ANSWERS)),
            "quarter_start",
            "answer",
            charts.NUMBER,
            series="question",
            events=chosen.events(rows.subject_type.iloc[0], rows.subject_id.iloc[0]),
            from_zero=False,
        )

    rated = told(trust)
    figures.panels(rated[rated.subject_type != "team"], ["subject_id"], one, shows=list(ANSWERS))

    def said(row: Any) -> str:
        answers = ", ".join(
            f"{name} {known(decimal, getattr(row, column))}"
            for column, name in {**ANSWERS, "nps": "recommendation"}.items()
        )
        return (
            f"{row.quarter_start:%Y-%m} on: "
            + ("" if row.is_suppressed else f"{answers} ({known(count, row.responses)} answers); ")
            + f"outputs left as they were: {known(percent, row.trust_score)}."
        )

    # Whoever's answers are hidden may still have reviews that are not.
    shown = latest[~latest.is_suppressed | latest.trust_score.notna()]
    figures.lines((row.subject_id, said(row)) for row in shown.itertuples())


def three_layers() -> None:
    hidden(chain)
    long = told(chain).melt(["week_start", "team_id"], list(LAYERS), "layer", "amount")
    # A sum without one team would look like a fall.
    lacks = long.amount.isna().groupby([long.week_start, long.layer]).transform("any")
    figures.panels(
        long.assign(layer=long.layer.map(LAYERS), amount=long.amount.mask(lacks)),
        ["layer"],
        lambda part: charts.bars(
            part,
            "week_start",
            "amount",
            None,
            charts.NUMBER,
            events=chosen.events("company"),
        ),
        shows=["amount"],
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
        judged_both = not pd.isna(row.is_tokenmaxxing) and not pd.isna(row.is_workslop)
        unflagged = "no flag" if judged_both else "no flag, as far as is known"
        return (
            f"{flagged or unflagged}; tokens {change(percent, row.token_growth) or UNKNOWN},"
            f" outputs {change(percent, row.output_growth) or UNKNOWN} against the month before; "
            + (
                "no work was assisted."
                if none(row.assisted_items)
                else f"of assisted work {known(percent, row.assisted_return_rate)} came back, of"
                f" the rest {known(percent, row.unassisted_return_rate)}."
            )
        )

    flagged_first = told(last_gap).sort_values(
        ["is_tokenmaxxing", "is_workslop"], ascending=False, kind="stable"
    )
    figures.lines((row.team_id, said(row)) for row in flagged_first.itertuples())


def judged() -> None:
    hidden(last_judgement)
    names = {"catch_rate": "Wrong outputs caught", "under_reliance": "Right outputs doubted"}
    for place, (rate, name) in zip(st.columns(2), names.items(), strict=True):
        shown = told(last_judgement)
        shown = shown[shown[rate].notna()]
        with place:
            st.markdown(f"**{name}**")
            if shown.empty:
                st.caption("Not known.")
            else:
                figures.chart(
                    charts.intervals(
                        shown, "team_id", rate, f"{rate}_low", f"{rate}_high", charts.PERCENT
                    ),
                    f"{name}, the share of each team with its interval",
                )

    def said(row: Any) -> str:
        changed = change(points, row.people_success_rate_change)
        caught = (
            "no wrong output was found"
            if none(row.wrong_outputs)
            else f"wrong outputs caught: {known(count, row.caught)} of"
            f" {known(count, row.wrong_outputs)}"
        )
        return (
            f"{caught}; people's own work succeeds in {known(percent, row.people_success_rate)}"
            + (f" ({plain(changed)} against the quarter before)." if changed else ".")
        )

    figures.lines((row.team_id, said(row)) for row in told(last_judgement).itertuples())


def side_by_side() -> None:
    hidden(last_pods)
    per_person = told(last_pods)
    per_person = per_person[per_person.outputs_verified_per_person.notna()]
    if not per_person.empty:
        figures.chart(
            charts.ranking(per_person, "team_id", "outputs_verified_per_person", charts.NUMBER),
            "Verified outputs a person of each team",
        )
    figures.lines(
        (
            row.team_id,
            f"{known(count, row.people)} people, {known(count, row.managers)} of them managing,"
            f" agents: {known(count, row.agents)}"
            f" ({known(decimal, row.agents_per_person)} a person).",
        )
        for row in told(last_pods).itertuples()
    )


st.caption(
    "This page measures teams and roles, never persons: no table here holds a person, and groups of"
    " fewer than five people are hidden."
)
figures.figure(
    "How far does each feature reach?",
    FEATURES,
    funnel,
    chosen,
    reached,
    "People of the last month: who could use it, ever did, did this month, and did the month before"
    " too. A feature loses people where numbers fall most from left to right.",
)
figures.figure(
    "Are people content, and do they trust what they get?",
    TRUST,
    trust,
    chosen,
    satisfied,
    "Answers from 1 to 5, recommendation from -100 to 100; below, the last quarter of each team and"
    " agent, which may not be over. What people say and what they do (leaving outputs as they were)"
    " should agree.",
    shows=["csat", "nps", "trust", "fluency", "trust_score"],
)
figures.figure(
    "Does usage become work, and work become value?",
    CHAIN,
    chain,
    chosen,
    three_layers,
    "Three layers by final week, the teams that are not hidden together; a week in which one team's"
    " number is not known is left out. Usage that grows while the other two do not is only a bill.",
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
    "The last final quarter, by what a second look found. Catching all and doubting none is best;"
    " where lines overlap, reviews do not tell two teams apart.",
)
figures.figure(
    "How do people and agents work together?",
    PODS,
    last_pods,
    chosen,
    side_by_side,
    "The last final month: agents' verified outputs for each person of a team. Work differs between"
    " teams, so compare a team with itself.",
)
