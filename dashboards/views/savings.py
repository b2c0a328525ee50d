"""How much work did agents take over, as claimed, as verified, on the payroll, and in money?"""

import pandas as pd
import streamlit as st

from dashboards import charts, figures, publication
from dashboards.wording import count, known, plain, usd

HOURS = "returns.kpi_fte_displacement_monthly"
MONEY = "returns.kpi_savings_monthly"
REWORK = "quality.kpi_cross_workflow_rework_monthly"
# Numbered, so that they stand in their order wherever names are sorted.
STEPS_FTE = {
    "claimed_fte": "1 claimed",
    "verified_fte": "2 verified",
    "realized_fte": "3 realized",
    "cash_releasing_fte": "4 cash-releasing",
}
STEPS_USD = {
    "claimed_savings_usd": "1 claimed",
    "verified_savings_usd": "2 verified",
    "risk_adjusted_savings_usd": "3 risk-adjusted",
    "cash_releasing_savings_usd": "4 cash-releasing",
}
USES = {
    "oversight_hours": "watching",
    "net_rework_hours": "redoing",
    "verified_hours": "left",
}
LEFT = {"saving_before_rework_usd": "before rework", "saving_left_usd": "left"}

chosen = st.session_state.filters
hours = chosen.rows(HOURS)
# Before the first agent all is 0 or unknown; where all is unknown later too, 0 would say too much.
money = chosen.rows(MONEY, "outputs_completed > 0 or verified_savings_usd is not null")
rework = chosen.rows(REWORK, "is_cross_workflow")
last_hours = figures.last(hours, "month_start", ["workflow_id"])
last_money = figures.last(money, "month_start", ["workflow_id"])


def hidden(rows: pd.DataFrame) -> None:
    names = sorted(rows[rows.is_suppressed].workflow_id.unique())
    if names:
        st.info(
            "Hidden, fewer than five people worked there: hours worked, and so what was realized,"
            f" in {plain(', '.join(names))}."
        )


def staircase(rows: pd.DataFrame, steps: dict[str, str], form: str) -> None:
    stairs = rows.melt(["workflow_id"], list(steps), "step", "value")
    stairs["step"] = stairs["step"].map(steps)
    lacking = stairs[stairs["value"].isna()]
    months = rows.month_start.dt.strftime("%Y-%m").unique()
    if len(months) > 1:
        st.caption(f"No sum over workflows: their last final months are {', '.join(months)}.")
    elif not lacking.empty:
        which = [f"{row.step[2:]} of {plain(row.workflow_id)}" for row in lacking.itertuples()]
        st.caption(f"No sum over workflows: not known or hidden are {', '.join(which)}.")
    elif len(rows) > 1:
        st.markdown(f"**{len(rows)} workflows together, {months[0]}**")
        whole = stairs.groupby("step", as_index=False)["value"].sum()
        figures.chart(
            charts.ranking(whole, "step", "value", form, order="ascending"),
            "Each view summed over workflows",
        )
    st.markdown("**By workflow**")
    figures.chart(
        charts.dots(stairs.dropna(), "workflow_id", "value", "step", form),
        "Each view by workflow",
    )


def people_freed() -> None:
    hidden(last_hours)
    staircase(last_hours, STEPS_FTE, charts.NUMBER)


def over_time(
    rows: pd.DataFrame,
    by: list[str],
    views: dict[str, str],
    form: str,
    low: str | None = None,
    high: str | None = None,
) -> None:
    """The views of each of some workflows. low, high: the interval of the verified one."""
    ends = [end for end in (low, high) if end]

    def one(part: pd.DataFrame) -> charts.Drawn:
        longer = part.melt(["month_start", "is_final", *ends], list(views), "view", "value")
        longer = longer.assign(view=longer["view"].map(views)).dropna(subset="value")
        if ends:
            longer.loc[longer["view"] != views["verified_fte"], ends] = None
        return charts.trend(
            longer,
            "month_start",
            "value",
            form,
            low=low,
            high=high,
            series="view",
            events=chosen.events("workflow", part[by[0]].iloc[0]),
        )

    figures.panels(rows, by, one, shows=list(views))


def people_over_time() -> None:
    hidden(hours)
    over_time(
        hours,
        ["workflow_id"],
        STEPS_FTE,
        charts.NUMBER,
        "verified_fte_low",
        "verified_fte_high",
    )


def where_it_went() -> None:
    used = last_hours.melt(["workflow_id"], list(USES), "use", "hours").dropna()
    figures.chart(
        charts.split(
            used.assign(use=used.use.map(USES)), "workflow_id", "hours", "use", charts.NUMBER
        ),
        "Displaced hours of each workflow: watching agents, redoing their work, and what is left",
    )
    figures.lines(
        (
            row.workflow_id,
            f"{known(count, row.displaced_hours)} hours displaced;"
            f" {known(count, row.oversight_hours)} went into watching agents and"
            f" {known(count, row.net_rework_hours)} into redoing their work;"
            f" {known(count, row.verified_hours)} are left. Full-time equivalents: "
            + (
                "hidden, fewer than five people."
                if row.is_suppressed
                else f"{known(count, row.realized_fte)} realized,"
                f" {known(count, row.cash_releasing_fte)} left the payroll,"
                f" {known(count, row.capacity_fte)} stayed as capacity."
            ),
        )
        for row in last_hours.itertuples()
    )


def sent_elsewhere() -> None:
    pair = ["causing_workflow_id", "affected_workflow_id"]
    # Whether a month is final stands beside the causing workflow's savings only.
    final = publication.query(
        f"select workflow_id as causing_workflow_id, month_start, is_final from {MONEY}"
    )
    dated = rework.merge(final, how="left", on=["causing_workflow_id", "month_start"])
    dated["is_final"] = dated.is_final.ne(False)
    over_time(dated, pair, LEFT, charts.USD)
    figures.lines(
        (
            f"{row.causing_workflow_id} → {row.affected_workflow_id}, {row.month_start:%Y-%m}",
            f"{count(row.rework_items)} items; hours: {known(count, row.rework_hours)}; cost:"
            f" {money_of(row.rework_cost_usd)}; saving before rework:"
            f" {money_of(row.saving_before_rework_usd)}; left: {money_of(row.saving_left_usd)}.",
        )
        for row in figures.last(dated, "month_start", pair).itertuples()
    )


def money_of(value: float) -> str:
    return plain(known(usd, value))


figures.figure(
    "How many people's work is claimed, verified, realized, and released in cash?",
    HOURS,
    last_hours,
    chosen,
    people_freed,
    "Full-time equivalents in the last final month. Each step asks for more proof: what a vendor"
    " would say; what sampled reviews confirm, less oversight and rework; what people's hours show;"
    " what left the payroll. A steep staircase is a claim that did not arrive.",
    list(STEPS_FTE),
)
figures.figure(
    "What is that worth in dollars?",
    MONEY,
    last_money,
    chosen,
    lambda: staircase(last_money, STEPS_USD, "$,.0f"),
    "The last final month. Four views of one thing: they are never added. Risk-adjusted counts only"
    " what reviews prove with 95 % confidence; cash-releasing, only pay that stopped, and it is"
    " below zero where technology costs more.",
    list(STEPS_USD),
)
figures.figure(
    "Does the work taken over grow, and how sure is it?",
    HOURS,
    hours,
    chosen,
    people_over_time,
    "Full-time equivalents of each view; the band is the 95 % interval of the verified one. Hollow"
    " points are months that are not final: outputs are still being settled, so they lie too low.",
    list(STEPS_FTE),
)
figures.figure(
    "Do savings grow?",
    MONEY,
    money,
    chosen,
    lambda: over_time(money, ["workflow_id"], STEPS_USD, charts.USD),
    "Each view on its own line; a widening gap between claimed and verified is a warning.",
    list(STEPS_USD),
)
figures.figure(
    "Where did the saved time go?",
    HOURS,
    last_hours,
    chosen,
    where_it_went,
    "Displaced hours go into watching agents and redoing their work; the rest is left, verified."
    " Redoing below zero: mistakes cost less to redo than the work itself. Capacity is time people"
    " now spend on something else: worth having, but no cash. Below zero, people worked more than"
    " before.",
    [*USES, "realized_fte"],
)
figures.figure(
    "Whose mistakes land in another department?",
    REWORK,
    rework,
    chosen,
    sent_elsewhere,
    "Savings of the workflow that caused rework in another, before it and after: the wider the gap,"
    " the more of the saving the other department pays for.",
)
