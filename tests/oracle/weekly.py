"""The weekly KPIs by workflow and agent.

What belongs here: accuracy, errors, volume, cost per output, token economics, scorecard. What
does not: months.
"""

import numpy as np
import pandas as pd

from tests.oracle import outputs
from tests.oracle.costs import AGENT_COMPONENTS
from tests.oracle.facts import (
    Facts,
    components,
    costs_by_workflow,
    merge_zero,
    net_rework,
    oversight_by_workflow,
    with_workflow,
)
from tests.oracle.periods import (
    at_rate,
    percentile,
    ratio,
    starts_between,
    strict_sum,
    week_of,
    wilson,
)
from tests.oracle.spans import TOKENS

Z = 1.959963984540054
KEYS = ["workflow_id", "agent_id", "week_start"]


def weekly_spine(facts: Facts) -> pd.DataFrame:
    attempted = facts.items[facts.items["is_attempted"]]
    attempted = attempted.assign(week_start=week_of(attempted["closed_at"]))
    runs = facts.runs.assign(week_start=week_of(facts.runs["started_at"]))
    costs = costs_by_workflow(facts)
    return outputs.spine(facts.seeds["agents"], facts.as_of, "week", attempted, runs, costs)


def task_accuracy(facts: Facts) -> pd.DataFrame:
    read = outputs.reviews_by_period(facts.reviews, "week")
    read["accepted"] = read["is_used"] & read["is_accepted"]
    sums = read.groupby(KEYS)[["is_used", "accepted", "is_targeted"]].sum().reset_index()
    names = {
        "is_used": "reviews_random",
        "accepted": "reviews_accepted",
        "is_targeted": "reviews_targeted",
    }
    sums = sums.rename(columns=names)
    rows = merge_zero(weekly_spine(facts), sums, KEYS, list(names.values()))
    rows = with_workflow(rows, facts, "accuracy_margin", "accuracy_floor")
    rows["accuracy"] = ratio(rows["reviews_accepted"], rows["reviews_random"])
    low, high = wilson(rows["reviews_accepted"], rows["reviews_random"])
    rows["accuracy_low"], rows["accuracy_high"] = low, high
    rows["half_width"] = (high - low) / 2
    rows["is_sufficient"] = rows["half_width"] <= rows["accuracy_margin"]
    enough = rows["reviews_random"] >= facts.threshold("reviews_for_known_rate")
    share = rows["accuracy"].where(enough, 0.5)
    rows["reviews_needed"] = np.ceil(Z**2 * share * (1 - share) / rows["accuracy_margin"] ** 2)
    return rows


def error_rate(facts: Facts) -> pd.DataFrame:
    runs = facts.runs
    closed_at = runs["work_item_id"].map(facts.items.set_index("work_item_id")["closed_at"])
    in_time = closed_at.isna() | (runs["ended_at"] <= closed_at)
    runs = runs.assign(
        week_start=week_of(runs["started_at"]),
        runs=1,
        failed_runs=runs["is_failed"],
        contained_runs=runs["is_failed"] & runs["is_handed_over"] & in_time,
    )
    counts = ["runs", "failed_runs", "contained_runs"]
    sums = runs.groupby(KEYS)[counts].sum().reset_index()
    rows = merge_zero(weekly_spine(facts), sums, KEYS, counts)
    rows = with_workflow(rows, facts, "error_rate_ceiling")
    rows["error_rate"] = ratio(rows["failed_runs"], rows["runs"])
    low, high = wilson(rows["failed_runs"], rows["runs"])
    rows["error_rate_low"], rows["error_rate_high"] = low, high
    rows["contained_rate"] = ratio(rows["contained_runs"], rows["failed_runs"])
    rows["is_breach"] = low > rows["error_rate_ceiling"]
    return rows


def volume_velocity_value(facts: Facts) -> pd.DataFrame:
    counts = ["attempted", "completed", "successful", "provisional"]
    rows = merge_zero(weekly_spine(facts), outputs.count_items(facts.items, "week"), KEYS, counts)
    done = facts.items[facts.items["is_completed"]]
    done = with_workflow(done, facts, "sla_minutes")
    done["week_start"] = week_of(done["closed_at"])
    done["completed_within_sla"] = done["latency_minutes"] <= done["sla_minutes"]
    within = done.groupby(KEYS)["completed_within_sla"].sum().reset_index()
    rows = merge_zero(rows, within, KEYS, ["completed_within_sla"])
    latency = done.groupby(KEYS)["latency_minutes"].agg(
        latency_median_minutes=lambda values: percentile(values, 0.5),
        latency_p95_minutes=lambda values: percentile(values, 0.95),
    )
    rows = rows.merge(latency.reset_index(), on=KEYS, how="left")
    value = strict_sum(done[done["is_successful"]], KEYS, ["business_value_usd"])
    value = value.rename(columns={"business_value_usd": "value_usd"})
    rows = merge_zero(rows, value, KEYS, ["value_usd"])
    rows = rows.merge(facts.baselines, on="workflow_id", how="left")
    rows["completion_rate"] = ratio(rows["completed"], rows["attempted"])
    rows["sla_attainment"] = ratio(rows["completed_within_sla"], rows["attempted"])
    return rows


def cost_per_output(facts: Facts) -> pd.DataFrame:
    costs = costs_by_workflow(facts).assign(week_start=lambda f: week_of(f["day"]))
    parts = [f"{component}_cost_usd" for component in AGENT_COMPONENTS]
    rows = merge_zero(weekly_spine(facts), components(costs, KEYS), KEYS, parts)
    rows["total_cost_usd"] = rows[parts].sum(axis=1, skipna=False)
    rework = facts.rework.assign(week_start=week_of(facts.rework["day"]))
    rework = strict_sum(rework, KEYS, ["cost_usd"]).rename(columns={"cost_usd": "rework_cost_usd"})
    rows = merge_zero(rows, rework, KEYS, ["rework_cost_usd"])
    counts = ["completed", "settled", "successful"]
    rows = merge_zero(rows, outputs.count_items(facts.items, "week"), KEYS, counts)
    rows = outputs.verify(rows, facts.reviews, "week")
    rows = rows.rename(columns={name: f"outputs_{name}" for name in counts})
    baseline = facts.baselines[["workflow_id", "baseline_cost_per_output_usd"]]
    rows = rows.merge(baseline, on="workflow_id", how="left")
    total = rows["total_cost_usd"]
    rows["cost_per_output_usd"] = ratio(total, rows["outputs_successful"])
    rows["cost_per_verified_output_usd"] = ratio(total, rows["outputs_verified"])
    base = rows["baseline_cost_per_output_usd"]
    rows["cost_ratio"] = ratio(rows["cost_per_verified_output_usd"], base)
    rows["cost_ratio_high"] = ratio(ratio(total, rows["outputs_verified_low"]), base)
    rows["cost_ratio_limit"] = facts.threshold("cost_ratio_limit")
    rows["is_final"] = outputs.is_final(rows, facts.seeds["workflows"], facts.as_of, "week")
    accuracy = task_accuracy(facts)[[*KEYS, "accuracy_low", "accuracy_floor"]]
    rows = rows.merge(accuracy, on=KEYS, how="left")
    rows["meets_rule_this_week"] = (
        rows["is_final"]
        & (rows["cost_ratio_high"] < facts.threshold("cost_ratio_limit"))
        & (rows["accuracy_low"] >= rows["accuracy_floor"])
    )
    rows["consecutive_weeks"] = consecutive(rows)
    rows["meets_rule"] = rows["consecutive_weeks"] >= facts.threshold("cost_rule_weeks")
    return rows


def consecutive(rows: pd.DataFrame) -> pd.Series:
    """How many weeks in a row, this one included, met the rule."""
    met = {
        key
        for key, is_met in zip(
            rows[KEYS].itertuples(index=False), rows["meets_rule_this_week"], strict=True
        )
        if is_met
    }
    lengths = []
    for workflow, agent, week in rows[KEYS].itertuples(index=False):
        length = 0
        while (workflow, agent, week - pd.Timedelta(weeks=length)) in met:
            length += 1
        lengths.append(length)
    return pd.Series(lengths, rows.index, dtype=float)


def token_economics(facts: Facts) -> pd.DataFrame:
    used = facts.priced.assign(week_start=week_of(facts.priced["day"]))
    keys = ["agent_id", "model", "week_start"]
    rows = used.groupby(keys).agg(
        runs=("trace_id", "nunique"), **{name: (name, "sum") for name in TOKENS}
    )
    rows = rows.astype(float).reset_index()

    by = ["agent_id", "provider", "week_start"]
    costs = facts.costs.assign(week_start=week_of(facts.costs["cost_date"]))
    compute = costs[costs["component"] == "compute"]
    compute = strict_sum(compute, by, ["cost_usd"])
    listed = strict_sum(used, [*by, "model"], ["list_usd"])
    # A bill is split over the models it is known to carry; what has no price takes no share.
    whole = used.groupby(by)["list_usd"].sum(min_count=1).rename("whole").reset_index()
    split = listed.merge(whole, on=by).merge(compute, on=by)
    split = split[split["whole"] != 0]
    split["token_cost_usd"] = split["cost_usd"] * (split["list_usd"] / split["whole"])
    rows = merge_zero(rows, strict_sum(split, keys, ["token_cost_usd"]), keys, ["token_cost_usd"])

    agent_week = ["agent_id", "week_start"]
    counts = outputs.count_items(facts.items, "week").groupby(agent_week)["successful"].sum()
    rows = merge_zero(rows, counts.reset_index(), agent_week, ["successful"])
    total = costs[costs["component"].isin(AGENT_COMPONENTS)]
    total = strict_sum(total, agent_week, ["cost_usd"])
    total = total.rename(columns={"cost_usd": "total_cost_usd"})
    rows = merge_zero(rows, total, agent_week, ["total_cost_usd"])
    tokens = rows["input_tokens"] + rows["output_tokens"]
    rows["tokens_per_successful_output"] = ratio(tokens, rows["successful"])
    rows["token_cost_share"] = ratio(rows["token_cost_usd"], rows["total_cost_usd"])
    return rows


def scorecard(facts: Facts) -> pd.DataFrame:
    workflows, as_of = facts.seeds["workflows"], facts.as_of
    agent_weeks = cost_per_output(facts)
    weeks = starts_between(agent_weeks["week_start"].min(), as_of, "week")
    names = pd.concat([workflows["workflow_id"], agent_weeks["workflow_id"]]).drop_duplicates()
    rows = names.to_frame().merge(pd.DataFrame({"week_start": weeks}), how="cross")
    rows = rows.merge(facts.baselines, on="workflow_id", how="left")
    keys = ["workflow_id", "week_start"]
    verified = ["outputs_verified", "outputs_verified_low", "outputs_verified_high"]
    parts = ["total_cost_usd", *verified]
    rows = merge_zero(rows, strict_sum(agent_weeks, keys, parts), keys, parts)
    counts = outputs.count_items(facts.items, "week").groupby(keys)["attempted"].sum()
    rows = merge_zero(rows, counts.reset_index(), keys, ["attempted"])
    oversight = oversight_by_workflow(facts, "week")
    rows = merge_zero(rows, oversight, keys, ["oversight_hours"])
    rows = net_rework(facts, rows, "week")
    displaced = [name.replace("outputs_verified", "displaced_hours") for name in verified]
    for name, hours in zip(verified, displaced, strict=True):
        rows[hours] = at_rate(rows[name], rows["baseline_minutes_per_output"] / 60)
    spent = rows["total_cost_usd"] + rows["net_rework_cost_usd"]
    savings = ["verified_savings_usd", "risk_adjusted_savings_usd", "verified_savings_high_usd"]
    for name, number in zip(savings, verified, strict=True):
        rows[name] = at_rate(rows[number], rows["baseline_cost_per_output_usd"]) - spent
    # Work of a workflow without a window never settles: its weeks wait for nothing.
    unregistered = ~rows["workflow_id"].isin(workflows["workflow_id"])
    has_ended = rows["week_start"] + pd.Timedelta(days=6) <= as_of
    is_final = outputs.is_final(rows, workflows, as_of, "week")
    rows["is_final"] = is_final.mask(unregistered, has_ended)
    sums = ["total_cost_usd", "net_rework_cost_usd", "attempted", "oversight_hours"]
    sums += [*verified, *displaced, *savings]
    company = strict_sum(rows, ["week_start"], sums).assign(workflow_id="all")
    finals = rows.groupby("week_start")["is_final"].all()
    company["is_final"] = company["week_start"].map(finals)
    rows = pd.concat([rows[[*keys, *sums, "is_final"]], company], ignore_index=True)
    for end, opposite in (("", ""), ("_low", "_high"), ("_high", "_low")):
        number = rows[f"outputs_verified{opposite}"]
        rows[f"cost_per_verified_output_usd{end}"] = ratio(rows["total_cost_usd"], number)
        share = ratio(rows[f"outputs_verified{end}"], rows["attempted"])
        rows[f"verified_resolution_rate{end}"] = share
        hours = ratio(rows[f"displaced_hours{end}"], rows["oversight_hours"])
        rows[f"displacement_multiplier{end}"] = hours
    return _with_changes(rows.sort_values(keys).reset_index(drop=True))


def _with_changes(rows: pd.DataFrame) -> pd.DataFrame:
    by_workflow = rows.groupby("workflow_id")
    both_final = rows["is_final"] & by_workflow["is_final"].shift(1).eq(True)
    for name in (
        "cost_per_verified_output_usd",
        "verified_resolution_rate",
        "displacement_multiplier",
        "risk_adjusted_savings_usd",
    ):
        change = rows[name] - by_workflow[name].shift(1)
        rows[f"{name}_change"] = change.where(both_final, np.nan)
    return rows
