"""What the KPIs are made of, and the sums that weeks and months share.

What belongs here: the facts of one calculation, costs and oversight by workflow, net rework. What
does not: a KPI.
"""

from dataclasses import dataclass

import pandas as pd

from tests.oracle.costs import AGENT_COMPONENTS, by_workflow
from tests.oracle.landing import Landing
from tests.oracle.outputs import start_column
from tests.oracle.periods import period_of, strict_sum


@dataclass(frozen=True)
class Facts:
    """What the KPIs are made of; seeds by name."""

    as_of: pd.Timestamp
    seeds: dict[str, pd.DataFrame]
    landing: Landing
    items: pd.DataFrame
    runs: pd.DataFrame
    reviews: pd.DataFrame
    charge_days: pd.DataFrame
    priced: pd.DataFrame
    costs: pd.DataFrame
    oversight: pd.DataFrame
    rework: pd.DataFrame
    hours: pd.DataFrame
    person_days: pd.DataFrame
    productive: pd.DataFrame
    rates: pd.DataFrame
    baselines: pd.DataFrame

    def threshold(self, name: str) -> float:
        thresholds = self.seeds["kpi_thresholds"].set_index("threshold")["value"]
        return float(thresholds[name])


def costs_by_workflow(facts: Facts) -> pd.DataFrame:
    """Agent-day costs by workflow, agent, day and component, without what nobody caused."""
    costs = facts.costs[facts.costs["agent_id"] != "unallocated"]
    costs = costs.rename(columns={"cost_date": "day"})
    return by_workflow(costs, facts.items, facts.seeds["agents"], ["cost_usd"])


def components(costs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """A column a component, 0 where there is none, null where a part is null."""
    frame = costs[keys].drop_duplicates()
    for component in AGENT_COMPONENTS:
        sums = strict_sum(costs[costs["component"] == component], keys, ["cost_usd"])
        sums = sums.rename(columns={"cost_usd": f"{component}_cost_usd"})
        frame = merge_zero(frame, sums, keys, [f"{component}_cost_usd"])
    return frame


def merge_zero(
    rows: pd.DataFrame, sums: pd.DataFrame, keys: list[str], columns: list[str]
) -> pd.DataFrame:
    """Left join in which a missing row is 0 and a null stays null."""
    merged = rows.merge(sums[[*keys, *columns]].assign(_found=True), on=keys, how="left")
    found = merged.pop("_found").notna()
    for column in columns:
        merged[column] = merged[column].where(found, 0.0).astype(float)
    return merged


def with_workflow(rows: pd.DataFrame, facts: Facts, *columns: str) -> pd.DataFrame:
    wanted = facts.seeds["workflows"][["workflow_id", *columns]]
    return rows.merge(wanted, on="workflow_id", how="left")


def oversight_by_workflow(facts: Facts, grain: str) -> pd.DataFrame:
    """Oversight hours by workflow and period, following the agent's items."""
    parts = by_workflow(facts.oversight, facts.items, facts.seeds["agents"], ["hours"])
    start = start_column(grain)
    parts = parts.assign(**{start: period_of(parts["day"], grain)})
    sums = strict_sum(parts, ["workflow_id", start], ["hours"])
    return sums.rename(columns={"hours": "oversight_hours"})


def net_rework(facts: Facts, rows: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Add net_rework_hours and net_rework_cost_usd to rows by workflow and period."""
    start = start_column(grain)
    keys = ["workflow_id", start]
    spent = facts.rework.assign(**{start: period_of(facts.rework["day"], grain)})
    spent = strict_sum(spent, keys, ["hours", "cost_usd"])
    spent = spent.rename(columns={"hours": "rework_hours", "cost_usd": "rework_cost_usd"})
    causing = facts.items[facts.items["is_attempted"] & facts.items["first_caused_at"].notna()]
    causing = causing.assign(**{start: period_of(causing["first_caused_at"], grain)})
    causing = causing.groupby(keys).size().rename("causing").reset_index()
    rows = merge_zero(rows, spent, keys, ["rework_hours", "rework_cost_usd"])
    rows = merge_zero(rows, causing, keys, ["causing"])
    causing = rows["causing"]
    hours = rows["baseline_minutes_per_output"] / 60 * causing
    cost = rows["baseline_cost_per_output_usd"] * causing
    # Without a causing item nothing is taken off, whatever the baseline.
    rows["net_rework_hours"] = rows["rework_hours"] - hours.mask(causing == 0, 0.0)
    rows["net_rework_cost_usd"] = rows["rework_cost_usd"] - cost.mask(causing == 0, 0.0)
    return rows
