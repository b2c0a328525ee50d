"""What do experiments prove, and does the money come back?"""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, figures
from dashboards.sentences import UNREAD, chance
from dashboards.wording import count, decimal, known, percent, plain, usd

READOUTS = "returns.kpi_experiment_readouts"
VALUE = "returns.kpi_business_value_monthly"
ROI = "returns.kpi_roi_cumulative_monthly"
NPV = "returns.kpi_npv_scenarios"
SETTLED = "returns.kpi_contract_settlement_monthly"
READ_AS = {
    "running": "still running: the planned units are not reached, so nothing is read from it yet",
    "invalid": "**invalid**: units did not reach the arms as planned, so no effect can be read",
    "positive": "**works**: the interval lies wholly on the good side",
    "negative": "**harms**: the interval lies wholly on the bad side",
    "underpowered": "too small to tell: the planned effect could not have been seen",
    "inconclusive": "no effect shown",
}

chosen = st.session_state.filters
readouts = chosen.rows(READOUTS)
value = chosen.rows(VALUE)
roi = chosen.rows(ROI)
# An initiative whose hours are not known in its last month still has those of the month before.
gains = figures.last(roi[roi.efficiency_gain.notna()], "month_start", ["initiative_id"])
npv = chosen.rows(NPV)
settled = chosen.rows(SETTLED)


def forest() -> None:
    read = readouts[readouts.estimate.notna() & ~readouts.status.isin(UNREAD)]
    figures.panels(
        read.assign(name=read.experiment_id + " (" + read.status + ")"),
        ["metric"],
        lambda part: charts.intervals(
            part, "name", "estimate", "ci_low", "ci_high", charts.NUMBER, mark="status", zero=True
        ),
    )

    def said(row: Any) -> str:
        units = (
            f"{known(count, row.units_control)} and {known(count, row.units_treatment)} units,"
            f" {known(count, row.units_needed)} an arm needed."
        )
        if row.status in UNREAD:
            split = (
                f" Luck alone splits units so unevenly in {chance(row.srm_p_value)} of cases."
                if row.status == "invalid" and not pd.isna(row.srm_p_value)
                else ""
            )
            return f"{READ_AS[row.status]}. {plain(row.metric)}: {units}{split}"
        interval = " to ".join(known(decimal, end) for end in (row.ci_low, row.ci_high))
        return (
            f"{READ_AS[row.status]}. {plain(row.metric)}: {known(decimal, row.estimate)}"
            f" ({interval}), p-value {known(chance, row.p_value)}; {units}"
        )

    figures.lines((row.experiment_id, said(row)) for row in readouts.itertuples())


def worth() -> None:
    rows = value.assign(
        name=value.model_id + ", " + value.value_kind + " " + value.month_start.dt.strftime("%Y-%m")
    )
    figures.chart(
        charts.intervals(
            rows,
            "name",
            "business_value_usd",
            "business_value_low_usd",
            "business_value_high_usd",
            charts.USD,
            mark="status",
            zero=True,
        ),
        "Business value of each model and month with its interval",
    )
    lacking = rows[rows.business_value_usd.isna()].name
    if len(lacking):
        st.caption(f"Not known: {plain('; '.join(sorted(lacking)))}.")


def paid_back() -> None:
    names = {"roi": "as booked", "roi_verified": "as verified"}

    def one(rows: pd.DataFrame) -> charts.Drawn:
        both = rows.melt(
            ["month_start", "roi_benchmark_low", "roi_benchmark_high"], list(names), "view", "share"
        )
        return charts.trend(
            both.assign(view=both["view"].map(names)),
            "month_start",
            "share",
            charts.PERCENT,
            series="view",
            limits=["roi_benchmark_low", "roi_benchmark_high"],
            events=chosen.events("company"),
        )

    figures.panels(roi, ["initiative_id"], one, shows=list(names))


def leaner() -> None:
    figures.lines(
        (
            row.initiative_id,
            f"{percent(abs(row.efficiency_gain))}"
            f" {'fewer' if row.efficiency_gain > 0 else '**more**'} hours an output in"
            f" {row.month_start:%Y-%m}, year {known(count, row.year)};"
            f" others report {known(percent, row.efficiency_gain_benchmark_low)} to"
            f" {known(percent, row.efficiency_gain_benchmark_high)} in their first year.",
        )
        for row in gains.itertuples()
    )


def scenarios() -> None:
    figures.chart(
        charts.dots(npv, "initiative_id", "npv_usd", "scenario"),
        "Net present value of each initiative in each scenario",
    )

    def said(rows: pd.DataFrame) -> str:
        paid = (
            f"{plain(row.scenario)}: "
            + (
                "never paid back"
                if pd.isna(row.payback_months)
                else f"paid back after {count(row.payback_months)} months"
            )
            + f", {plain(known(usd, row.npv_usd))}"
            f" (lowest balance {plain(known(usd, row.lowest_cumulative_usd))})"
            for row in rows.itertuples()
        )
        return "; ".join(paid) + "."

    figures.lines((str(name), said(rows)) for name, rows in npv.groupby("initiative_id"))


def invoices() -> None:
    names = {"payable_usd": "due by verified outputs", "invoiced_usd": "invoiced"}

    def one(rows: pd.DataFrame) -> charts.Drawn:
        both = rows.melt(["month_start", "is_final"], list(names), "side", "usd")
        return charts.trend(
            both.assign(side=both.side.map(names)),
            "month_start",
            "usd",
            charts.USD,
            series="side",
            events=chosen.events("company"),
        )

    figures.panels(settled, ["contract_id"], one, shows=list(names))

    def said(row: Any) -> str:
        text = (
            f"{row.month_start:%Y-%m}: due {known(usd, row.payable_usd)}, invoiced"
            f" {known(usd, row.invoiced_usd)}"
        )
        credit = ", less a credit for accuracy" if row.is_credited else ""
        return f"**{known(plain, row.status)}**: {plain(text)}{credit}."

    by_month = settled.sort_values(["contract_id", "month_start"])
    figures.lines((row.contract_id, said(row)) for row in by_month.itertuples())


figures.figure(
    "What do experiments prove?",
    READOUTS,
    readouts,
    chosen,
    forest,
    "The effect of each experiment with its confidence interval; an interval that crosses the"
    " dashed line of no effect proves nothing, whatever its middle says.",
)
figures.figure(
    "What are proven effects worth?",
    VALUE,
    value,
    chosen,
    worth,
    "Exposed units times the proven effect times the value of a unit. What no experiment proves"
    " counts as zero and is called unproven.",
    shows=["business_value_usd"],
)
figures.figure(
    "Does the money come back?",
    ROI,
    roi,
    chosen,
    paid_back,
    "Cumulative return: benefit less cost, over cost. As verified takes verified savings and proven"
    " value as the benefit. The dashed lines are what third years of automation report elsewhere.",
)
figures.figure(
    "Does an output take fewer hours?",
    ROI,
    figures.last(roi, "month_start", ["initiative_id"]) if gains.empty else gains,
    chosen,
    leaner,
    "Against the hours an output took in the baseline.",
    shows=["efficiency_gain"],
)
figures.figure(
    "What is each initiative worth today?",
    NPV,
    npv,
    chosen,
    scenarios,
    "Net present value over its months, discounted; the spread of the scenarios is how much the"
    " answer depends on assumptions. Right of zero an initiative pays.",
    shows=["npv_usd"],
)
figures.figure(
    "Do invoices match what was delivered?",
    SETTLED,
    settled,
    chosen,
    invoices,
    "Due is the price times outputs that reviews verify, within minimum and cap.",
)
