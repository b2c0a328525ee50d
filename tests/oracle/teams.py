"""What teams make of agents: use, completion, outcome.

What belongs here: the value chain, the gap between use and outcome, pods, rework across workflows.
What does not: how an agent's numbers are shared among teams (team_value.py).
"""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from tests.oracle.costs import as_published
from tests.oracle.facts import Facts
from tests.oracle.monthly import savings
from tests.oracle.periods import DAY, month_of, ratio, strict_sum
from tests.oracle.suppression import fill, hide, is_final
from tests.oracle.team_tokens import team_runs, told, usage_by
from tests.oracle.team_value import team_weeks, verified_by_team_month

WEEK = ["team_id", "week_start"]
MONTH = ["team_id", "month_start"]
FLAGS = ["is_tokenmaxxing", "is_workslop"]


def value_chain(facts: Facts) -> pd.DataFrame:
    sums = _outer(usage_by(facts, "week"), team_weeks(facts), WEEK)
    rows = fill(facts, sums, "week", ["active_people", "runs", "attempted"])
    rows["is_final"] = is_final(facts, rows["week_start"], "week")
    rows["completion_rate"] = ratio(rows["completed"], rows["attempted"])
    rows["cost_per_value"] = ratio(rows["cost_usd"], rows["value_usd"])
    rows = hide(rows, ["active_people"], few(facts, rows["active_people"]))
    for name in ("runs", "tokens"):
        rows = hide(rows, [name], told(facts, rows, "week", name))
    keys = {*WEEK, "is_suppressed", "was_suppressed", "is_final"}
    return hide(rows, [name for name in rows if name not in keys])


def few(facts: Facts, people: pd.Series) -> pd.Series:
    """Whether there are so few people that what they did could be told of them."""
    return people.between(1, facts.threshold("min_cohort_size") - 1)


def _outer(left: pd.DataFrame, right: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Both sides' columns; what a side does not have is 0, its nulls stay."""
    both = left.merge(right, on=keys, how="outer", indicator="side")
    only_left, only_right = both["side"].eq("left_only"), both["side"].eq("right_only")
    for frame, missing in ((left, only_right), (right, only_left)):
        names = frame.columns.difference(keys)
        both.loc[missing, names] = 0.0
    return both.drop(columns="side")


def usage_outcome_gap(facts: Facts) -> pd.DataFrame:
    items = facts.items.assign(month_start=month_of(facts.items["closed_at"]))
    good = items[items["is_successful"] | items["is_successful_human"]]
    good = good.groupby(MONTH).size().rename("outputs_successful").reset_index()
    sums = _outer(_outer(usage_by(facts, "month"), good, MONTH), assistance(items), MONTH)
    opening = ["tokens", "outputs_successful", "assisted_items", "unassisted_items"]
    rows = fill(facts, sums, "month", opening)
    final = is_final(facts, rows["month_start"], "month")
    rows = hide(rows, ["tokens"], told(facts, rows, "month", "tokens"))
    earlier = pd.MultiIndex.from_arrays([rows["team_id"], month_of(rows["month_start"] - DAY)])
    known = rows.set_index(MONTH)
    is_there = pd.Series(earlier.isin(known.index), rows.index)
    for name, before, growth in (
        ("tokens", "tokens_before", "token_growth"),
        ("outputs_successful", "outputs_before", "output_growth"),
    ):
        values = pd.Series(known[name].reindex(earlier).to_numpy(), rows.index)
        rows[before] = values.where(is_there, 0.0).mask(rows["was_suppressed"])
        rows[growth] = (ratio(rows[name], rows[before]) - 1).where(final)
    rows["tokens_per_success"] = ratio(rows["tokens"], rows["outputs_successful"])
    shown = rows["tokens_per_success"].mask(rows["is_suppressed"])
    rows["tokens_per_success_robust_z"] = shown.groupby(rows["month_start"]).transform(robust_z)
    rows["assisted_return_rate"] = ratio(rows["assisted_returned"], rows["assisted_items"])
    rows["unassisted_return_rate"] = ratio(rows["unassisted_returned"], rows["unassisted_items"])
    tests = [two_proportions(row) for row in rows.itertuples()]
    rows[["return_rate_z", "return_rate_p_value"]] = pd.DataFrame(tests, rows.index)
    rows["is_tokenmaxxing"] = (
        rows["token_growth"] >= facts.threshold("tokenmaxxing_token_growth")
    ) & (rows["output_growth"] <= facts.threshold("tokenmaxxing_output_growth"))
    rows["is_workslop"] = (rows["assisted_return_rate"] > rows["unassisted_return_rate"]) & (
        rows["return_rate_p_value"] < facts.threshold("workslop_p_value")
    )
    keys = {*MONTH, "is_suppressed", "was_suppressed", "is_final"}
    return hide(rows.assign(is_final=final), [name for name in rows if name not in keys])


def assistance(items: pd.DataFrame) -> pd.DataFrame:
    """By team and month: people's settled items, with and without an assistant, and returns."""
    resolved = items[items["handled_by"].eq("human") & items["closing_status"].eq("resolved")]
    resolved = resolved[resolved["is_settled"]]
    assisted = resolved["ai_assisted"].fillna(False).astype(bool)
    returned = ~resolved["has_held"]
    flags = {
        "assisted_items": assisted,
        "assisted_returned": assisted & returned,
        "unassisted_items": ~assisted,
        "unassisted_returned": ~assisted & returned,
    }
    return resolved.assign(**flags).groupby(MONTH)[list(flags)].sum().astype(float)


def robust_z(values: pd.Series) -> pd.Series:
    """Distance from the median in MADs, scaled to a normal's standard deviation."""
    known = values.dropna()
    spread = stats.median_abs_deviation(known) * 1.4826 if len(known) else np.nan
    return (values - values.median()) / (spread if spread > 0 else np.nan)


def two_proportions(row: object) -> tuple[float, float]:
    """Pooled z and two-sided p; null without items of both kinds or without any variance."""
    counts = np.array([row.assisted_returned, row.unassisted_returned])
    of = np.array([row.assisted_items, row.unassisted_items])
    if not of.all() or counts.sum() in (0, of.sum()):
        return np.nan, np.nan
    return proportions_ztest(counts, of)


def agent_pods(facts: Facts) -> pd.DataFrame:
    days = facts.person_days
    present = days[days["fte"] > 0][[*MONTH, "worker_id"]].drop_duplicates()
    managing = days[["month_start", "manager_id"]].dropna().drop_duplicates()
    managers = present.merge(managing.rename(columns={"manager_id": "worker_id"}))
    runs = team_runs(facts)
    runs = runs.assign(month_start=month_of(runs["started_at"]))
    items = facts.items[facts.items["is_attempted"]]
    items = items.assign(month_start=month_of(items["closed_at"]))
    working = pd.concat([frame[[*MONTH, "agent_id"]] for frame in (runs, items)])
    working = working[working["agent_id"] != "unknown"]
    counts = {
        "people": present.groupby(MONTH).size(),
        "managers": managers.groupby(MONTH).size(),
        "agents": working.groupby(MONTH)["agent_id"].nunique(),
    }
    counts = pd.concat(counts, axis=1).fillna(0.0).astype(float).reset_index()
    sums = _outer(counts, verified_by_team_month(facts), MONTH)
    rows = fill(facts, sums, "month", ["agents"])
    rows["agents_per_person"] = ratio(rows["agents"], rows["people"])
    rows["managers_per_head"] = ratio(rows["managers"], rows["people"])
    rows["outputs_verified_per_person"] = ratio(rows["outputs_verified"], rows["people"])
    rows["is_suppressed"] |= rows["people"] < facts.threshold("min_cohort_size")
    keys = {*MONTH, "is_suppressed", "was_suppressed"}
    return hide(rows, [name for name in rows if name not in keys])


def cross_workflow_rework(facts: Facts) -> pd.DataFrame:
    """Rework that attempted items caused, by causing and affected workflow and month."""
    keys = ["causing_workflow_id", "affected_workflow_id", "month_start"]
    items = facts.items.set_index("work_item_id")
    cause = items[items["is_attempted"]]["workflow_id"]
    made = facts.items.assign(
        causing_workflow_id=facts.items["caused_by_work_item_id"].map(cause),
        affected_workflow_id=facts.items["workflow_id"],
        month_start=month_of(facts.items["opened_at"]),
    )
    opened = made.dropna(subset=["causing_workflow_id"])
    opened = opened.groupby(keys).size().rename("rework_items").astype(float).reset_index()
    spent = facts.rework.assign(
        causing_workflow_id=facts.rework["workflow_id"],
        affected_workflow_id=facts.rework["rework_item_id"].map(items["workflow_id"]),
        month_start=month_of(facts.rework["day"]),
    )
    spent = strict_sum(spent, keys, ["hours", "cost_usd"]).assign(found=True)
    rows = opened.merge(spent, on=keys, how="outer").fillna({"rework_items": 0.0})
    found = rows.pop("found").notna()
    rows["rework_hours"] = rows.pop("hours").where(found, 0.0)
    rows["rework_cost_usd"] = rows.pop("cost_usd").where(found, 0.0)
    rows["is_cross_workflow"] = rows["causing_workflow_id"] != rows["affected_workflow_id"]
    saved = savings(facts).rename(columns={"workflow_id": "causing_workflow_id"})
    # Of the savings as they are published, so that the three columns add up.
    saved["saving_left_usd"] = saved["verified_savings_usd"].map(as_published)
    net = saved["net_rework_cost_usd"].map(as_published)
    saved["saving_before_rework_usd"] = saved["saving_left_usd"] + net
    columns = ["causing_workflow_id", "month_start", "saving_before_rework_usd", "saving_left_usd"]
    return rows.merge(saved[columns], on=columns[:2], how="left")
