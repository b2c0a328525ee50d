"""The ROI case of an initiative: what it cost, what it brought, and what is proven of it.

What belongs here: which marts the case reads and what it says of them.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from dashboards import charts
from dashboards.wording import count, day, known, percent, usd
from documents.page import Document, Marts, Section, tables


def documents(marts: Marts) -> Iterator[Document]:
    """A case for each initiative that has cash flows."""
    monthly = marts.rows(
        "from returns.kpi_roi_cumulative_monthly order by initiative_id, month_start"
    )
    for initiative, months in monthly.groupby("initiative_id"):
        scenarios = marts.rows(
            "from returns.kpi_npv_scenarios where initiative_id = $initiative order by npv_usd",
            initiative=initiative,
        )
        value = marts.rows(
            "select business_value.* from returns.kpi_business_value_monthly as business_value"
            " inner join core.dim_models using (model_id) where initiative_id = $initiative"
            " order by model_id, month_start",
            initiative=initiative,
        )
        yield Document(
            name=f"roi-{initiative}",
            title=f"ROI case: {initiative}",
            source=marts.source,
            sections=[
                _summary(months.iloc[-1], marts.lacks("kpi_roi_cumulative_monthly")),
                _flows(months),
                _proof(months.iloc[-1], value),
                _scenarios(scenarios),
                _risks(months.iloc[-1], scenarios, value),
                Section(
                    "The decision",
                    blanks=["who decides, by when", "what would change the decision"],
                ),
            ],
        )


def _summary(last: pd.Series, lacking: Sequence[str]) -> Section:
    return Section(
        "In short",
        [
            f"Up to the month of {day(last.month_start)} the initiative cost"
            f" {known(usd, last.cumulative_cost_usd)} and brought"
            f" {known(usd, last.cumulative_benefit_usd)} as booked,"
            f" {known(usd, last.cumulative_verified_benefit_usd)} as verified.",
            f"Return as booked {known(percent, last.roi)}, as verified"
            f" {known(percent, last.roi_verified)}; it is in year {known(count, last.year)}.",
            f"Third years of automation report {known(percent, last.roi_benchmark_low)} to"
            f" {known(percent, last.roi_benchmark_high)}.",
            *lacking,
        ],
    )


def _flows(months: pd.DataFrame) -> Section:
    names = {"roi": "as booked", "roi_verified": "as verified"}
    long = months.melt(["month_start"], list(names), "view", "share")
    return Section(
        "Cost and benefit so far",
        charts=[
            (
                "Cumulative return, by month",
                charts.trend(
                    long.assign(view=long["view"].map(names)),
                    "month_start",
                    "share",
                    charts.PERCENT,
                    series="view",
                ),
            )
        ],
        tables=tables(
            "By month",
            months,
            {
                "month_start": ("month from", day),
                "cost_usd": ("cost", usd),
                "benefit_usd": ("benefit as booked", usd),
                "verified_benefit_usd": ("benefit as verified", usd),
                "roi": ("return as booked", percent),
                "roi_verified": ("return as verified", percent),
            },
        ),
    )


def _proof(last: pd.Series, value: pd.DataFrame) -> Section:
    said = [
        f"Hours saved an output, against the baseline: {known(percent, last.efficiency_gain)};"
        f" others report {known(percent, last.efficiency_gain_benchmark_low)} to"
        f" {known(percent, last.efficiency_gain_benchmark_high)} in their first year."
    ]
    if value.empty:
        said.append("No experiment on its models has been read out.")
    return Section(
        "What is proven",
        said,
        tables=tables(
            "Business value that experiments prove",
            value,
            {
                "model_id": ("model", str),
                "month_start": ("month from", day),
                "business_value_usd": ("value", usd),
                "business_value_low_usd": ("at least", usd),
                "business_value_high_usd": ("at most", usd),
                "status": ("status", str),
            },
        ),
    )


def _scenarios(scenarios: pd.DataFrame) -> Section:
    return Section(
        "Scenarios",
        ["Net present value over the whole plan; factors apply to months that have not come yet."],
        tables=tables(
            "Net present value and payback",
            scenarios,
            {
                "scenario": ("scenario", str),
                "npv_usd": ("net present value", usd),
                "payback_months": ("months to payback", count),
                "lowest_cumulative_usd": ("deepest point", usd),
                "annual_discount_rate": ("discount rate", percent),
                "benefit_factor": ("benefits", percent),
                "cost_factor": ("costs", percent),
            },
        ),
    )


def _risks(last: pd.Series, scenarios: pd.DataFrame, value: pd.DataFrame) -> Section:
    never = scenarios[scenarios.payback_months.isna()].scenario
    losing = scenarios[scenarios.npv_usd < 0].scenario
    booked_more = last.cumulative_benefit_usd > last.cumulative_verified_benefit_usd
    said = [
        f"It is never paid back in: {', '.join(never)}." if len(never) else "",
        f"It loses money in: {', '.join(losing)}." if len(losing) else "",
        "How much of the benefit is verified is not known."
        if pd.isna(last.cumulative_verified_benefit_usd)
        else "",
        "No scenario has been calculated." if scenarios.empty else "",
        "More benefit is booked than verified." if booked_more else "",
        "Part of its value is unproven." if (value.status == "unproven").any() else "",
    ]
    return Section(
        "Risks",
        [sentence for sentence in said if sentence]
        or ["The numbers name none: it pays in every scenario."],
        blanks=["risks that numbers do not show"],
    )
