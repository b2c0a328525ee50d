"""The monthly KPIs by workflow: displaced people and money saved.

What belongs here: FTE and savings. What does not: weeks.
"""

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
)
from tests.oracle.labor import days_in
from tests.oracle.periods import DAY, at_rate, month_of, ratio, starts_between, strict_sum

KEYS = ["workflow_id", "month_start"]
VERIFIED = ["outputs_verified", "outputs_verified_low", "outputs_verified_high"]


def workflow_months(facts: Facts) -> pd.DataFrame:
    """Every workflow and month from its baseline on, with outputs, hours, costs and rates."""
    frames = [
        pd.DataFrame(
            {"month_start": starts_between(w.baseline_start, facts.as_of, "month")}
        ).assign(workflow_id=w.workflow_id, department=w.department)
        for w in facts.seeds["workflows"].itertuples()
    ]
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.merge(facts.baselines, on="workflow_id", how="left")
    counts = outputs.count_items(facts.items, "month")
    verified = outputs.verify(counts, facts.reviews, "month")
    sums = strict_sum(
        verified, KEYS, ["attempted", "completed", "settled", "successful", *VERIFIED]
    )
    rows = merge_zero(rows, sums, KEYS, ["attempted", "completed", "settled", *VERIFIED])
    good = facts.items[facts.items["is_successful"] | facts.items["is_successful_human"]]
    good = good.assign(month_start=month_of(good["closed_at"]))
    good = good.groupby(KEYS).size().rename("successful_any").reset_index()
    rows = merge_zero(rows, good, KEYS, ["successful_any"])
    hours = facts.hours.assign(month_start=month_of(facts.hours["day"]))
    hours = strict_sum(hours.rename(columns={"hours": "worked_hours"}), KEYS, ["worked_hours"])
    rows = merge_zero(rows, hours, KEYS, ["worked_hours"])
    rows = merge_zero(rows, oversight_by_workflow(facts, "month"), KEYS, ["oversight_hours"])
    rows = net_rework(facts, rows, "month")
    costs = costs_by_workflow(facts).assign(month_start=lambda f: month_of(f["day"]))
    parts = [f"{component}_cost_usd" for component in AGENT_COMPONENTS]
    rows = merge_zero(rows, components(costs, KEYS), KEYS, parts)
    department_month = ["department", "month_start"]
    productive = facts.productive[[*department_month, "productive_hours"]]
    rows = rows.merge(productive, on=department_month, how="left")
    rows = rows.merge(facts.rates[[*department_month, "rate"]], on=department_month, how="left")
    rows["is_final"] = outputs.is_final(rows, facts.seeds["workflows"], facts.as_of, "month")
    return rows


def hidden_hours(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """Whether few people worked on the workflow in the month, or the month hides one of few: of a
    baseline that has such, the one with the fewest people else."""
    hours = facts.hours.assign(month_start=month_of(facts.hours["day"]))
    people = hours.groupby(KEYS)["worker_id"].nunique()
    people = people.reindex(pd.MultiIndex.from_frame(rows[KEYS])).fillna(0).set_axis(rows.index)
    few = people.between(1, facts.threshold("min_cohort_size") - 1)
    ends = facts.seeds["workflows"].set_index("workflow_id")["baseline_end"]
    in_baseline = rows["month_start"] <= rows["workflow_id"].map(ends)
    hidden = few.copy()
    for _, months in rows[in_baseline].groupby("workflow_id"):
        others = people[months.index][~few[months.index] & (people[months.index] > 0)]
        if few[months.index].any() and len(others):
            least = rows.loc[others[others == others.min()].index, "month_start"].idxmin()
            hidden[least] = True
    return hidden


def fte_displacement(facts: Facts) -> pd.DataFrame:
    rows = workflow_months(facts)
    base = rows["baseline_minutes_per_output"] / 60
    overhead = rows["oversight_hours"] + rows["net_rework_hours"]
    rows["claimed_hours"] = at_rate(rows["completed"], base)
    for end in ("", "_low", "_high"):
        rows[f"verified_hours{end}"] = at_rate(rows[f"outputs_verified{end}"], base) - overhead
    rows["realized_hours"] = rows["successful_any"] * base - rows["worked_hours"]
    for name in ("claimed", "verified", "realized"):
        rows[f"{name}_fte"] = ratio(rows[f"{name}_hours"], rows["productive_hours"])
    for end in ("_low", "_high"):
        rows[f"verified_fte{end}"] = ratio(rows[f"verified_hours{end}"], rows["productive_hours"])
    displaced = at_rate(rows["outputs_verified"], base)
    rows["displacement_multiplier"] = ratio(displaced, rows["oversight_hours"])
    rows["cash_releasing_fte"] = cash_releasing(facts, rows)
    rows["is_suppressed"] = hidden_hours(facts, rows)
    department = [rows["department"], rows["month_start"]]
    of_department = rows["is_suppressed"].groupby(department).transform("any")
    rows["cash_releasing_fte"] = rows["cash_releasing_fte"].mask(of_department)
    rows["capacity_fte"] = rows["realized_fte"] - rows["cash_releasing_fte"]
    realized = ["worked_hours", "realized_hours", "realized_fte"]
    rows[realized] = rows[realized].mask(rows["is_suppressed"])
    return rows


def department_decrease(facts: Facts) -> pd.DataFrame:
    """By department and month: paid FTE fewer than before its first agent went live."""
    by = ["department", "worker_type", "month_start"]
    paid = facts.person_days.groupby(by)["fte"].sum().reset_index()
    paid["fte"] = paid["fte"] / days_in(paid["month_start"], facts.as_of)
    department = facts.seeds["workflows"].set_index("workflow_id")["department"]
    agents = facts.seeds["agents"]
    first_live = agents["deployed_on"].groupby(agents["workflow_id"].map(department)).min()
    before = (month_of(first_live) - DAY).dt.to_period("M").dt.to_timestamp()
    paid["before"] = paid["department"].map(before)
    reference = paid[paid["month_start"] == paid["before"]]
    reference = reference[["department", "worker_type", "before", "fte"]]
    months = paid[["month_start"]].drop_duplicates()
    frame = reference.rename(columns={"fte": "fte_before"}).merge(months, how="cross")
    frame = frame[frame["month_start"] > frame["before"]]
    frame = frame.merge(paid[[*by, "fte"]], on=by, how="left").fillna({"fte": 0.0})
    frame["decrease"] = (frame["fte_before"] - frame["fte"]).clip(lower=0)
    return frame.groupby(["department", "month_start"])["decrease"].sum().reset_index()


def cash_releasing(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """The department's decrease, shared by positive realized FTE, at most that."""
    keys = ["department", "month_start"]
    decrease = rows[keys].merge(department_decrease(facts), on=keys, how="left")["decrease"]
    decrease = decrease.fillna(0.0).set_axis(rows.index)
    realized = rows["realized_fte"].clip(lower=0)
    whole = realized.groupby([rows[key] for key in keys]).transform("sum")
    shared = (decrease * ratio(realized, whole)).mask(realized == 0, 0.0)
    return pd.concat([shared, realized], axis=1).min(axis=1, skipna=False)


def savings(facts: Facts) -> pd.DataFrame:
    rows = fte_displacement(facts)
    base = rows["baseline_cost_per_output_usd"]
    spent = rows["compute_cost_usd"] + rows["licensing_cost_usd"] + rows["integration_cost_usd"]
    overhead = rows["oversight_cost_usd"] + rows["net_rework_cost_usd"]
    rows["claimed_savings_usd"] = at_rate(rows["completed"], base)
    verified, low = rows["outputs_verified"], rows["outputs_verified_low"]
    rows["verified_savings_usd"] = at_rate(verified, base) - overhead - spent
    rows["risk_adjusted_savings_usd"] = at_rate(low, base) - overhead - spent
    released = rows["cash_releasing_fte"] * rows["productive_hours"] * rows["rate"]
    rows["cash_releasing_savings_usd"] = released - spent
    return rows
