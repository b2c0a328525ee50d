"""What does one output cost that people checked and nobody had to redo, and where does it go?"""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, figures
from dashboards.wording import day, percent, plain, usd

WEEKLY = "efficiency.kpi_cost_per_output_weekly"
BILLS = "efficiency.kpi_cost_reconciliation_daily"
TOKENS = "efficiency.kpi_token_economics_weekly"
AGENT = ["workflow_id", "agent_id"]
PER_OUTPUT = {
    "cost_per_output_usd": "output",
    "cost_per_verified_output_usd": "verified",
    "baseline_cost_per_output_usd": "people",
}
IN_TOTAL = ["compute_cost_usd", "licensing_cost_usd", "integration_cost_usd", "oversight_cost_usd"]
REWORK = "rework_cost_usd"

chosen = st.session_state.filters
weekly = chosen.rows(WEEKLY)
final = figures.last(weekly, "week_start", AGENT)
bills = chosen.rows(BILLS)
tokens = chosen.rows(TOKENS)


def against_people() -> None:
    def one(rows: pd.DataFrame) -> charts.Drawn:
        return charts.trend(
            rows,
            "week_start",
            "cost_ratio",
            charts.PERCENT,
            low="cost_ratio",
            high="cost_ratio_high",
            limits=("cost_ratio_limit",),
            events=chosen.events("agent", rows.agent_id.iloc[0]),
        )

    figures.panels(weekly, AGENT, one, shows=["cost_ratio"])


def met() -> None:
    def said(row: Any) -> str:
        weeks = f"weeks in a row up to {day(row.week_start)}: {row.consecutive_weeks:.0f}"
        if row.meets_rule:
            return f"**meets the rule**; {weeks}."
        why = []
        if pd.isna(row.cost_ratio_high):
            why.append("its cost is not known")
        elif row.cost_ratio_high >= row.cost_ratio_limit:
            why.append(
                f"an output may cost up to {percent(row.cost_ratio_high)} of a person's"
                f" (limit {percent(row.cost_ratio_limit)})"
            )
        if pd.isna(row.accuracy_low):
            why.append("its accuracy is not known")
        elif row.accuracy_low < row.accuracy_floor:
            why.append(
                f"reviews prove an accuracy of {percent(row.accuracy_low)} only"
                f" ({percent(row.accuracy_floor)} demanded)"
            )
        return f"does not meet it{': ' if why else ' yet'}{', and '.join(why)}; {weeks}."

    figures.lines((f"{row.workflow_id} · {row.agent_id}", said(row)) for row in final.itertuples())


def in_dollars() -> None:
    agents = final.assign(agent=final.workflow_id + " · " + final.agent_id)
    rows = agents.melt(["agent"], list(PER_OUTPUT), "measure", "usd").dropna()
    figures.chart(
        charts.dots(
            rows.assign(measure=rows.measure.map(PER_OUTPUT)),
            "agent",
            "usd",
            "measure",
            scale="log",
        ),
        "Cost of an output, a verified output and a person's output, by agent",
    )


def spent() -> None:
    def one(rows: pd.DataFrame) -> charts.Drawn:
        events = chosen.events("company")
        return charts.bars(rows, "week_start", "usd", "part", charts.USD, events=events)

    parts = weekly.melt(["week_start"], [*IN_TOTAL, REWORK], "part", "usd")
    parts["kind"] = parts.part.map({REWORK: "Rework, apart"}).fillna("In the cost of an output")
    parts["part"] = parts.part.str.removesuffix("_cost_usd")
    figures.panels(parts[parts.usd != 0].dropna(), ["kind"], one, across=2)
    lacking = parts[parts.usd.isna()].part.unique()
    if len(lacking):
        st.caption(f"Not known in some weeks, and not drawn there: {', '.join(lacking)}.")


def without_an_owner() -> None:
    rows = bills.melt(["provider"], ["allocated_usd", "unallocated_usd"], "share", "usd")
    names = {"allocated_usd": "reaches an agent", "unallocated_usd": "reaches nobody"}
    figures.chart(
        charts.split(rows.assign(share=rows.share.map(names)), "provider", "usd", "share"),
        "Billed cost of each provider that reaches an agent, and that reaches nobody",
    )
    money = ["billed_usd", "unallocated_usd"]
    providers = bills.groupby("provider", as_index=False)[money].sum()
    owed = providers[providers.unallocated_usd > 0].sort_values("unallocated_usd", ascending=False)
    total = [plain(usd(providers[column].sum())) for column in reversed(money)]
    st.markdown(f"Of the whole bill in the period, {total[0]} of {total[1]} reaches nobody.")
    figures.lines(
        (row.provider, f"{plain(usd(row.unallocated_usd))} of {plain(usd(row.billed_usd))}")
        for row in owed.itertuples()
    )


def for_a_success() -> None:
    def one(rows: pd.DataFrame) -> charts.Drawn:
        return charts.trend(
            rows,
            "week_start",
            "tokens_per_successful_output",
            charts.NUMBER,
            series="model",
            events=chosen.events("agent", rows.agent_id.iloc[0]),
        )

    figures.panels(tokens, ["agent_id"], one, across=2, shows=["tokens_per_successful_output"])


figures.figure(
    "Does an output cost less than 40 % of what it cost people?",
    WEEKLY,
    weekly,
    chosen,
    against_people,
    "Cost of a verified output as a share of what people's output cost; lower is better, and below"
    " the dashed line is the aim. The band reaches up to what reviews cannot rule out. Hollow"
    " points are weeks that are not final.",
    ["cost_ratio"],
)
figures.figure(
    "Which agents meet the rule?",
    WEEKLY,
    final,
    chosen,
    met,
    "Four final weeks in a row below the limit, even at the unfavourable end of the interval, at"
    " the accuracy the workflow demands.",
)
figures.figure(
    "What does an output cost in dollars?",
    WEEKLY,
    final,
    chosen,
    in_dollars,
    "An output, a verified output, and what people's output cost, in the last final week of each"
    " agent, on a scale of equal multiples. The further left of people, the better.",
    list(PER_OUTPUT),
)
figures.figure(
    "Where does the money go?",
    WEEKLY,
    weekly,
    chosen,
    spent,
    "Oversight is the time people spend watching agents, at blended labor rates. Rework stands"
    " apart: it is not part of the cost of an output.",
    [*IN_TOTAL, REWORK],
)
figures.figure(
    "How much of the bill belongs to no agent?",
    BILLS,
    bills,
    chosen,
    without_an_owner,
    "What reaches nobody lacks a tag or a cost rule, and costs per output leave it out: the less,"
    " the more complete they are.",
)
figures.figure(
    "How many tokens does a successful output take?",
    TOKENS,
    tokens,
    chosen,
    for_a_success,
    "A line that rises without better work is a model that talks more, or a prompt that grew.",
    ["tokens_per_successful_output"],
)
