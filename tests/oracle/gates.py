"""What an agent is measured by at each gate.

What belongs here: gate reviews. What does not: the measures themselves.
"""

import operator

import numpy as np
import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, ratio
from tests.oracle.team_value import agent_weeks
from tests.oracle.weekly import error_rate, task_accuracy, volume_velocity_value

WEEK = 6 * DAY
KEYS = ["workflow_id", "agent_id", "week_start"]
COMPARISONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
OWN_TARGETS = {
    "accuracy_low": "accuracy_floor",
    "accuracy_margin_half_width": "accuracy_margin",
    "error_rate": "error_rate_ceiling",
}


def week_measures(facts: Facts) -> pd.DataFrame:
    """Everything a gate may ask of a week of an agent on a workflow."""
    rows = task_accuracy(facts)[[*KEYS, "reviews_random", "accuracy_low", "half_width"]]
    rows = rows.rename(columns={"half_width": "accuracy_margin_half_width"})
    rows = rows.merge(error_rate(facts)[[*KEYS, "error_rate"]], on=KEYS)
    rows = rows.merge(volume_velocity_value(facts)[[*KEYS, "sla_attainment"]], on=KEYS)
    cost = agent_weeks(facts)
    displaced = cost["outputs_verified"] * cost["baseline_minutes_per_output"] / 60
    displaced = displaced.mask(cost["outputs_verified"] == 0, 0.0)
    cost["displacement_multiplier"] = ratio(displaced, cost["oversight_hours"])
    return rows.merge(cost[[*KEYS, "cost_ratio_high", "displacement_multiplier"]], on=KEYS)


def gate_reviews(facts: Facts) -> pd.DataFrame:
    agents = facts.seeds["agents"][["agent_id", "workflow_id", "deployed_on"]]
    rows = agents.merge(facts.seeds["decision_gates"], how="cross")
    rows = rows.merge(facts.seeds["workflows"].drop(columns="name"), on="workflow_id", how="left")
    rows = rows.merge(facts.baselines[["workflow_id", "baseline_outputs"]], how="left")
    days = pd.to_timedelta(rows["days_after_deployment"].astype(int), unit="D")
    rows["review_date"] = rows["deployed_on"] + days
    measures = week_measures(facts)
    rows["value"] = [_value(row, measures, facts.as_of) for row in rows.itertuples()]
    own = [getattr(row, OWN_TARGETS.get(row.metric, ""), np.nan) for row in rows.itertuples()]
    rows["target"] = rows["target"].astype(float).combine_first(pd.Series(own, rows.index))
    is_met = [bool(COMPARISONS[row.comparison](row.value, row.target)) for row in rows.itertuples()]
    is_over = rows["review_date"] <= facts.as_of
    rows["is_met"] = pd.Series(is_met, rows.index, dtype="boolean")
    passed = rows.groupby(["agent_id", "gate"])["is_met"].transform("all")
    rows["is_gate_passed"] = passed.astype("boolean").where(is_over)
    rows["is_met"] = rows["is_met"].where(is_over)
    return rows


def _value(row: object, measures: pd.DataFrame, as_of: pd.Timestamp) -> float:
    """The measure as known on the review's day, or today if that is ahead."""
    if row.metric == "baseline_outputs":
        return row.baseline_outputs
    wait = 0
    if row.metric in ("cost_ratio_high", "displacement_multiplier"):
        wait = row.rework_window_days
    until = min(row.review_date, as_of) - pd.Timedelta(days=wait) - WEEK
    weeks = measures[
        measures["agent_id"].eq(row.agent_id)
        & measures["workflow_id"].eq(row.workflow_id)
        & (measures["week_start"] <= until)
    ]
    return weeks.sort_values("week_start")[row.metric].iloc[-1] if len(weeks) else np.nan
