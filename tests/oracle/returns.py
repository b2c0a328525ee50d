"""What initiatives return: actual flows, verified benefits, and what the future is worth today.

What belongs here: ROI by month and NPV by scenario. What does not: savings by workflow, contracts.
"""

import numpy as np
import numpy_financial
import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.monthly import hidden_hours, workflow_months
from tests.oracle.periods import DAY, at_rate, ratio, starts_between, strict_sum

KEYS = ["initiative_id", "month_start"]
BENCHMARKS = (
    "efficiency_gain_benchmark_low",
    "efficiency_gain_benchmark_high",
    "roi_benchmark_low",
    "roi_benchmark_high",
)


def last_complete_month(as_of: pd.Timestamp) -> pd.Timestamp:
    """The first day of the last month that has ended."""
    return (as_of + DAY).replace(day=1) - pd.offsets.MonthBegin(1)


def flows(facts: Facts) -> pd.DataFrame:
    """Flows by month with the benefit and the cost (positive) of each."""
    frame = facts.landing["cash_flows"].rename(columns={"month": "month_start"})
    is_benefit = frame["kind"].eq("benefit")
    benefit = frame["amount_usd"].where(is_benefit, 0.0)
    cost = -frame["amount_usd"].where(~is_benefit, 0.0)
    return frame.assign(benefit_usd=benefit, cost_usd=cost)


def initiative_workflows(facts: Facts) -> pd.DataFrame:
    """initiative_id, workflow_id and its even share among the initiatives that have it."""
    models = facts.seeds["models"].dropna(subset=["initiative_id", "agent_id"])
    workflow = facts.seeds["agents"].set_index("agent_id")["workflow_id"]
    pairs = models.assign(workflow_id=models["agent_id"].map(workflow))
    pairs = pairs.dropna(subset=["workflow_id"])[["initiative_id", "workflow_id"]]
    pairs = pairs.drop_duplicates()
    return pairs.assign(share=1 / pairs.groupby("workflow_id")["initiative_id"].transform("size"))


def verified_benefits(facts: Facts, value: pd.DataFrame) -> pd.DataFrame:
    """By initiative and month: outputs at the baseline's cost without rework, and proven value.

    `value` holds the business value by model, month and kind.
    """
    months = workflow_months(facts)
    worth = at_rate(months["outputs_verified"], months["baseline_cost_per_output_usd"])
    months["verified_benefit_usd"] = worth - months["net_rework_cost_usd"]
    ours = months.merge(initiative_workflows(facts), on="workflow_id")
    ours["verified_benefit_usd"] *= ours["share"]
    initiative = facts.seeds["models"].set_index("model_id")["initiative_id"]
    proven = value.assign(initiative_id=value["model_id"].map(initiative))
    proven = proven.dropna(subset=["initiative_id"])
    proven = proven.rename(columns={"business_value_usd": "verified_benefit_usd"})
    columns = [*KEYS, "verified_benefit_usd"]
    return strict_sum(pd.concat([ours[columns], proven[columns]]), KEYS, columns[2:])


def efficiency(facts: Facts) -> pd.DataFrame:
    """By initiative and month: hours per output, actual and as the baseline has them."""
    months = workflow_months(facts)
    months["worked_hours"] = months["worked_hours"].mask(hidden_hours(facts, months))
    base = months["baseline_minutes_per_output"] / 60
    months["baseline_hours"] = at_rate(months["successful_any"], base)
    ours = months.merge(initiative_workflows(facts), on="workflow_id")
    parts = ["worked_hours", "successful_any", "baseline_hours"]
    sums = strict_sum(ours, KEYS, parts)
    sums["hours_per_output_actual"] = ratio(sums["worked_hours"], sums["successful_any"])
    sums["hours_per_output_baseline"] = ratio(sums["baseline_hours"], sums["successful_any"])
    sums["efficiency_gain"] = 1 - ratio(sums["worked_hours"], sums["baseline_hours"])
    return sums.drop(columns=parts)


def roi(facts: Facts, value: pd.DataFrame) -> pd.DataFrame:
    actual = flows(facts)
    actual = actual[actual["status"].eq("actual")]
    last = last_complete_month(facts.as_of)
    first = actual.groupby("initiative_id")["month_start"].min()
    frames = [
        pd.DataFrame({"month_start": starts_between(begin, last, "month")}).assign(
            initiative_id=initiative, first_flow=begin
        )
        for initiative, begin in first.items()
    ]
    rows = pd.concat(frames, ignore_index=True)
    rows["month_start"] = rows["month_start"].astype("datetime64[us]")
    parts = ["benefit_usd", "cost_usd"]
    rows = rows.merge(strict_sum(actual, KEYS, parts), on=KEYS, how="left").fillna(
        dict.fromkeys(parts, 0.0)
    )
    verified = verified_benefits(facts, value).assign(found=True)
    rows = rows.merge(verified, on=KEYS, how="left")
    found = rows.pop("found").notna()
    rows["verified_benefit_usd"] = rows["verified_benefit_usd"].where(found, 0.0)
    rows = rows.merge(efficiency(facts), on=KEYS, how="left").sort_values(KEYS)
    for name in (*parts, "verified_benefit_usd"):
        sums = rows.groupby("initiative_id")[name].cumsum()
        unknown = rows[name].isna().groupby(rows["initiative_id"]).cumsum() > 0
        rows[f"cumulative_{name}"] = sums.mask(unknown)
    cost = rows["cumulative_cost_usd"]
    rows["roi"] = ratio(rows["cumulative_benefit_usd"] - cost, cost)
    rows["roi_verified"] = ratio(rows["cumulative_verified_benefit_usd"] - cost, cost)
    started = facts.seeds["initiatives"].set_index("initiative_id")["start_month"]
    started = rows["initiative_id"].map(started).combine_first(rows["first_flow"])
    month = rows["month_start"].dt
    months = (month.year - started.dt.year) * 12 + month.month - started.dt.month
    rows["year"] = 1 + months // 12
    return rows.assign(**{name: facts.threshold(name) for name in BENCHMARKS})


def npv_scenarios(facts: Facts) -> pd.DataFrame:
    rows = []
    last = last_complete_month(facts.as_of)
    every = flows(facts)
    counts = every["status"].eq("actual") == (every["month_start"] <= last)
    for initiative, counted in every[counts].groupby("initiative_id"):
        first = counted["month_start"].min()
        for scenario in facts.seeds["npv_scenarios"].itertuples():
            rows.append(
                {
                    "initiative_id": initiative,
                    "scenario": scenario.scenario,
                    "annual_discount_rate": scenario.annual_discount_rate,
                    "benefit_factor": scenario.benefit_factor,
                    "cost_factor": scenario.cost_factor,
                    "first_month": first,
                    **_present_value(counted, first, scenario),
                }
            )
    return pd.DataFrame(rows)


def _present_value(counted: pd.DataFrame, first: pd.Timestamp, scenario: object) -> dict:
    is_projected = counted["status"].eq("projected")
    benefit = counted["benefit_usd"].mask(
        is_projected, counted["benefit_usd"] * scenario.benefit_factor
    )
    cost = counted["cost_usd"].mask(is_projected, counted["cost_usd"] * scenario.cost_factor)
    since = counted["month_start"].dt
    number = (since.year - first.year) * 12 + since.month - first.month
    length = int(number.max()) + 1
    net = np.zeros(length)
    np.add.at(net, number.to_numpy(), (benefit - cost).to_numpy())
    monthly = (1 + scenario.annual_discount_rate) ** (1 / 12) - 1
    running = np.cumsum(net)
    return {
        "months": length,
        "npv_usd": numpy_financial.npv(monthly, net),
        "payback_months": _payback(net, running),
        "lowest_cumulative_usd": running.min(),
        "total_benefit_usd": benefit.sum(),
        "total_cost_usd": cost.sum(),
    }


def _payback(net: np.ndarray, running: np.ndarray) -> float:
    # Sums of floats that should cancel out must not miss zero by a rounding.
    paid = np.flatnonzero(running >= -1e-9)
    if not len(paid):
        return np.nan
    month = int(paid[0])
    return float(month) if month == 0 else month - running[month - 1] / net[month]
