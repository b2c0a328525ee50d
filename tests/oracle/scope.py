"""How far an agent may go on.

What belongs here: scope decisions by week. What does not: gates, alerts, a decision's words.
"""

import numpy as np
import pandas as pd

from tests.oracle.facts import Facts, with_workflow
from tests.oracle.outputs import spine
from tests.oracle.periods import DAY
from tests.oracle.weekly import cost_per_output, error_rate, task_accuracy, volume_velocity_value

KEYS = ["workflow_id", "agent_id", "week_start"]


def scope_decisions(facts: Facts, drift: pd.DataFrame) -> pd.DataFrame:
    """Every complete week of every registered agent on its own workflow.

    `drift` says is_drifted by model_id, feature and week_start.
    """
    rows = spine(facts.seeds["agents"], facts.as_of, "week")
    rows = rows[rows["week_start"] + 6 * DAY <= facts.as_of]
    rows = with_workflow(rows, facts, "sla_minutes")
    accuracy = task_accuracy(facts).rename(columns={"is_sufficient": "is_accuracy_sufficient"})
    names = ["accuracy_high", "accuracy_floor", "is_accuracy_sufficient"]
    rows = rows.merge(accuracy[[*KEYS, *names]], on=KEYS, how="left")
    errors = error_rate(facts).rename(columns={"is_breach": "is_error_breach"})
    rows = rows.merge(errors[[*KEYS, "is_error_breach"]], on=KEYS, how="left")
    speed = volume_velocity_value(facts)[[*KEYS, "latency_p95_minutes"]]
    rows = rows.merge(speed, on=KEYS, how="left")
    agent = facts.seeds["models"].dropna(subset=["agent_id"])
    agent = agent.set_index("model_id")["agent_id"]
    drifted = drift[drift["is_drifted"].eq(True)]
    pairs = set(zip(drifted["model_id"].map(agent), drifted["week_start"], strict=True))
    own = zip(rows["agent_id"], rows["week_start"], strict=True)
    rows["is_drifted"] = [pair in pairs for pair in own]
    final = cost_per_output(facts)
    final = final[final["is_final"]]
    last = [_last_final(row, final) for row in rows.itertuples()]
    rows["cost_rule_week"] = pd.Series([week for week, _ in last], rows.index)
    rows["meets_cost_rule"] = [is_met for _, is_met in last]
    below = rows["accuracy_high"] < rows["accuracy_floor"]
    in_time = rows["latency_p95_minutes"] <= rows["sla_minutes"]
    breach = rows["is_error_breach"].eq(True)
    rows["decision"] = np.select(
        [
            below & rows["is_drifted"],
            below | breach,
            ~rows["is_accuracy_sufficient"].eq(True),
            rows["meets_cost_rule"] & in_time & ~breach,
        ],
        ["rollback", "restrict", "insufficient_evidence", "expand"],
        "hold",
    )
    return rows


def _last_final(row: object, final: pd.DataFrame) -> tuple[pd.Timestamp, bool]:
    """The last final week up to this one, and whether the cost rule was met in it."""
    weeks = final[
        final["agent_id"].eq(row.agent_id)
        & final["workflow_id"].eq(row.workflow_id)
        & (final["week_start"] <= row.week_start)
    ].sort_values("week_start")
    if not len(weeks):
        return pd.NaT, False
    return weeks["week_start"].iloc[-1], bool(weeks["meets_rule"].iloc[-1])
