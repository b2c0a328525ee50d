"""What rows of the marts say, in whole sentences that stand in more than one place.

What belongs here: alerts, decisions, and which experiments are not read yet. What does not: which
of them there are; the marts decide.
"""

from typing import Any

import pandas as pd

from dashboards.wording import Form, count, day, decimal, known, minutes, percent, plain, usd


def chance(value: float) -> str:
    """A probability, which may be too small for anybody to care how small."""
    return "under 0.1%" if value < 0.001 else percent(value)


# What an alert's metric is called, and how it is written; others by their column, as a number.
METRICS: dict[str, tuple[str, Form]] = {
    "accuracy_high": ("accuracy, at best,", percent),
    "availability": ("availability", "{:.2%}".format),
    "cost_ratio": ("cost of a verified output as a share of people's", percent),
    "days_since_last_row": ("days since the feed's last row", count),
    "drift_rate": ("share of weeks with drift", percent),
    "error_rate_low": ("error rate, at least,", percent),
    "invoiced_usd": ("amount invoiced, against what is payable,", usd),
    "is_unfair": ("rate of the worst-off cohort against the best-off, at best,", percent),
    "latency_p95_minutes": ("time in which 95 % of outputs are done", minutes),
    "npv_usd": ("net present value", usd),
    "psi": ("drift of its inputs (PSI)", decimal),
    "return_rate_p_value": ("chance that work comes back more often by luck alone", chance),
    "srm_p_value": ("chance that the arms differ in size by luck alone", chance),
    "token_growth": ("growth of tokens", percent),
    "unallocated_share": ("share of the bill that reaches no agent", percent),
}
SIDES = {"<": "below", ">": "above", ">=": "not below"}
# Whoever sees an effect before its readout, or one that is worth nothing, decides by it.
UNREAD = ("running", "invalid")


def alert(row: Any) -> str:
    """A row of kpi_alerts as one sentence, without its subject."""
    name, form = METRICS.get(row.metric, (row.metric.replace("_", " "), decimal))
    return (
        f"{row.severity}, {name} is {known(form, row.value)}, {SIDES[row.comparison]} the limit of"
        f" {known(form, row.threshold)}, in the period from {day(row.period_start)}; to act:"
        f" {known(str, row.owner_role)}."
    )


def decision(row: Any) -> str:
    """A scope decision, why, and what to do now where that is something; in Markdown."""
    action = row.recommended_action
    do = "" if pd.isna(action) else f" To do: {plain(action)}."
    name = plain(row.decision.replace("_", " "))
    return f"**{name}**, because {known(plain, row.reasons)}.{do}"
