"""What agents did, cost and saved, by team.

What belongs here: numbers of a workflow, agent and period, shared by each team's attempted items.
What does not: the team marts themselves.
"""

import pandas as pd

from tests.oracle import outputs
from tests.oracle.costs import by_workflow
from tests.oracle.facts import Facts, merge_zero
from tests.oracle.periods import at_rate, period_of, strict_sum, week_of
from tests.oracle.weekly import cost_per_output

PARTS = ["verified_hours", "cost_usd"]


def team_shares(facts: Facts, grain: str) -> pd.DataFrame:
    """By workflow, agent, period and team: attempted, completed, value, and share of attempted."""
    start = outputs.start_column(grain)
    items = facts.items[facts.items["is_attempted"]]
    items = items.assign(**{start: period_of(items["closed_at"], grain)}, attempted=1.0)
    items["completed"] = items["is_completed"].astype(float)
    items["value_usd"] = items["business_value_usd"].where(items["is_successful"], 0.0)
    keys = ["workflow_id", "agent_id", start]
    sums = strict_sum(items, [*keys, "team_id"], ["attempted", "completed", "value_usd"])
    whole = sums.groupby(keys)["attempted"].transform("sum")
    return sums.assign(share=sums["attempted"] / whole)


def agent_weeks(facts: Facts) -> pd.DataFrame:
    """By workflow, agent and week: verified hours and cost, and what they are made of."""
    keys = ["workflow_id", "agent_id", "week_start"]
    rows = cost_per_output(facts).rename(columns={"total_cost_usd": "cost_usd"})
    watched = by_workflow(facts.oversight, facts.items, facts.seeds["agents"], ["hours"])
    watched = watched.assign(week_start=week_of(watched["day"]))
    watched = strict_sum(watched, keys, ["hours"]).rename(columns={"hours": "oversight_hours"})
    rows = merge_zero(rows, watched, keys, ["oversight_hours"])
    spent = facts.rework.assign(week_start=week_of(facts.rework["day"]))
    spent = strict_sum(spent, keys, ["hours"]).rename(columns={"hours": "rework_hours"})
    rows = merge_zero(rows, spent, keys, ["rework_hours"])
    causing = facts.items[facts.items["is_attempted"] & facts.items["first_caused_at"].notna()]
    causing = causing.assign(week_start=week_of(causing["first_caused_at"]))
    causing = causing.groupby(keys).size().rename("causing").reset_index()
    rows = merge_zero(rows, causing, keys, ["causing"])
    rows = rows.merge(facts.baselines[["workflow_id", "baseline_minutes_per_output"]], how="left")
    base = rows["baseline_minutes_per_output"] / 60
    redone = rows["rework_hours"] - at_rate(rows["causing"], base)
    rows["verified_hours"] = (
        at_rate(rows["outputs_verified"], base) - rows["oversight_hours"] - redone
    )
    return rows


def team_weeks(facts: Facts) -> pd.DataFrame:
    """By team and week: attempted, completed, value_usd, verified_hours, cost_usd."""
    keys = ["workflow_id", "agent_id", "week_start"]
    rows = team_shares(facts, "week").merge(agent_weeks(facts)[[*keys, *PARTS]], on=keys)
    for name in PARTS:
        rows[name] = rows[name] * rows["share"]
    rows = rows.dropna(subset=["team_id"])
    parts = ["attempted", "completed", "value_usd", *PARTS]
    return strict_sum(rows, ["team_id", "week_start"], parts)


def verified_by_team_month(facts: Facts) -> pd.DataFrame:
    """By team and month: the share of verified outputs of the team's attempted items."""
    keys = ["workflow_id", "agent_id", "month_start"]
    verified = outputs.verify(outputs.count_items(facts.items, "month"), facts.reviews, "month")
    rows = team_shares(facts, "month").merge(verified[[*keys, "outputs_verified"]], on=keys)
    rows["outputs_verified"] *= rows["share"]
    rows = rows.dropna(subset=["team_id"])
    return strict_sum(rows, ["team_id", "month_start"], ["outputs_verified"])
