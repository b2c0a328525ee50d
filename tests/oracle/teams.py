"""What teams make of agents: use, completion, outcome.

What belongs here: the value chain, the gap between use and outcome, pods. What does not: how an
agent's numbers are shared among teams (team_value.py).
"""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from tests.oracle.facts import Facts
from tests.oracle.periods import month_of, period_end, ratio, strict_sum, week_of
from tests.oracle.suppression import hide, known_teams
from tests.oracle.team_tokens import activity
from tests.oracle.team_value import team_weeks, verified_by_team_month

WEEK = ["team_id", "week_start"]
MONTH = ["team_id", "month_start"]


def value_chain(facts: Facts) -> pd.DataFrame:
    used = activity(facts)
    used = used.assign(week_start=week_of(used["day"]))
    first = used.groupby(WEEK).agg(runs=("runs", "sum"), tokens=("tokens", "sum"))
    known = used.dropna(subset=["worker_id"]).groupby(WEEK)["worker_id"].nunique()
    first["active_people"] = known
    later = team_weeks(facts).assign(found=True)
    rows = first.reset_index().merge(later, on=WEEK, how="outer")
    counts = ["runs", "tokens", "active_people"]
    rows[counts] = rows[counts].fillna(0.0)
    outcome = ["attempted", "completed", "value_usd", "verified_hours", "cost_usd"]
    found = rows.pop("found").notna()
    rows[outcome] = rows[outcome].where(found, 0.0)
    rows["completion_rate"] = ratio(rows["completed"], rows["attempted"])
    rows["cost_per_value"] = ratio(rows["cost_usd"], rows["value_usd"])
    rows = known_teams(facts, rows, "week")
    return hide(rows, [*counts, *outcome, "completion_rate", "cost_per_value"])


def usage_outcome_gap(facts: Facts) -> pd.DataFrame:
    used = activity(facts)
    used = used.assign(month_start=month_of(used["day"]))
    tokens = used.groupby(MONTH)["tokens"].sum()
    items = facts.items.assign(month_start=month_of(facts.items["closed_at"]))
    good = items[items["is_successful"] | items["is_successful_human"]]
    outputs = good.groupby(MONTH).size().rename("outputs_successful")
    rows = pd.concat([tokens, outputs, assistance(items)], axis=1).fillna(0.0).reset_index()
    before = rows[[*MONTH, "tokens", "outputs_successful"]].rename(
        columns={"tokens": "tokens_before", "outputs_successful": "outputs_before"}
    )
    following = before["month_start"] + pd.offsets.MonthBegin(1)
    before["month_start"] = following.astype("datetime64[us]")
    rows = rows.merge(before, on=MONTH, how="left")
    rows = known_teams(facts, rows, "month")
    window = facts.seeds["workflows"]["rework_window_days"].astype(float).max()
    ends = period_end(rows["month_start"], "month")
    is_final = ends + pd.Timedelta(days=window) <= facts.as_of
    for name, now, then in (
        ("token_growth", "tokens", "tokens_before"),
        ("output_growth", "outputs_successful", "outputs_before"),
    ):
        rows[name] = (ratio(rows[now], rows[then]) - 1).where(is_final)
    rows["tokens_per_success"] = ratio(rows["tokens"], rows["outputs_successful"])
    shown = rows["tokens_per_success"].mask(rows["is_suppressed"])
    rows["tokens_per_success_robust_z"] = shown.groupby(rows["month_start"]).transform(robust_z)
    for kind in ("assisted", "unassisted"):
        rate = ratio(rows[f"{kind}_returned"], rows[f"{kind}_items"])
        rows[f"{kind}_return_rate"] = rate
    tests = [two_proportions(row) for row in rows.itertuples()]
    rows[["rework_z", "rework_p_value"]] = pd.DataFrame(tests, rows.index)
    rows["is_tokenmaxxing"] = (
        rows["token_growth"] >= facts.threshold("tokenmaxxing_token_growth")
    ) & (rows["output_growth"] <= facts.threshold("tokenmaxxing_output_growth"))
    rows["is_workslop"] = (rows["assisted_return_rate"] > rows["unassisted_return_rate"]) & (
        rows["rework_p_value"] < facts.threshold("workslop_alpha")
    )
    return hide(rows, [name for name in rows if name not in {*MONTH, "is_suppressed"}])


def assistance(items: pd.DataFrame) -> pd.DataFrame:
    """By team and month: people's settled items, with and without an assistant, and returns."""
    resolved = items[items["is_human"] & items["closing_status"].eq("resolved")]
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
    spread = stats.median_abs_deviation(values, nan_policy="omit") * 1.4826
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
    rows = days.groupby(MONTH)["worker_id"].nunique().rename("people").to_frame().astype(float)
    managers = days[["month_start", "manager_id"]].dropna().drop_duplicates()
    managers = managers.rename(columns={"manager_id": "worker_id"})
    present = days[[*MONTH, "worker_id"]].drop_duplicates().merge(managers)
    rows["managers"] = present.groupby(MONTH).size()
    runs = facts.runs.assign(month_start=month_of(facts.runs["started_at"]))
    items = facts.items[facts.items["is_attempted"]]
    items = items.assign(month_start=month_of(items["closed_at"]))
    working = pd.concat([runs[[*MONTH, "agent_id"]], items[[*MONTH, "agent_id"]]])
    working = working[working["agent_id"] != "unknown"]
    rows["agents"] = working.groupby(MONTH)["agent_id"].nunique()
    rows[["managers", "agents"]] = rows[["managers", "agents"]].fillna(0.0)
    verified = verified_by_team_month(facts).assign(found=True)
    rows = rows.reset_index().merge(verified, on=MONTH, how="left")
    rows["outputs_verified"] = rows["outputs_verified"].where(rows.pop("found").notna(), 0.0)
    rows["agents_per_person"] = ratio(rows["agents"], rows["people"])
    rows["managers_per_head"] = ratio(rows["managers"], rows["people"])
    rows["outputs_verified_per_person"] = ratio(rows["outputs_verified"], rows["people"])
    rows = known_teams(facts, rows, "month")
    return hide(rows, [name for name in rows if name not in {*MONTH, "is_suppressed"}])


def cross_workflow_rework(facts: Facts, savings: pd.DataFrame) -> pd.DataFrame:
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
    saved = savings.rename(columns={"workflow_id": "causing_workflow_id"})
    saved["saving_left_usd"] = saved["verified_savings_usd"]
    net = saved["net_rework_cost_usd"]
    saved["saving_before_rework_usd"] = saved["verified_savings_usd"] + net
    columns = ["causing_workflow_id", "month_start", "saving_before_rework_usd", "saving_left_usd"]
    return rows.merge(saved[columns], on=columns[:2], how="left")
