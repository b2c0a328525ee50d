"""Runs, work items and reviews: what was attempted, completed, settled and successful.

What belongs here: one row a trace, one row a work item, one review an item. What does not: hours,
money, and anything by week or month.
"""

import numpy as np
import pandas as pd

from tests.oracle.landing import Landing
from tests.oracle.periods import DAY
from tests.oracle.spans import TOKENS

CLOSING = ("resolved", "escalated", "abandoned", "failed")
TOKEN_OPERATIONS = ("chat", "text_completion", "generate_content", "embeddings")
UNKNOWN = "unknown"


def known_states(landing: Landing, as_of: pd.Timestamp) -> pd.DataFrame:
    """States received up to as_of, in the order in which they happened."""
    states = landing.work_items
    states = states[states["updated_at"] < as_of + DAY]
    return states.sort_values(["work_item_id", "updated_at"], kind="stable")


def build_runs(
    spans: pd.DataFrame, states: pd.DataFrame, agents: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """One row a trace that started up to as_of."""
    key = spans["trace_id"] + "/"
    has_parent = (key + spans["parent_span_id"].fillna("-")).isin(set(key + spans["span_id"]))
    roots = spans[~has_parent].sort_values(["started_at", "span_id"], kind="stable")
    roots = roots.drop_duplicates("trace_id").set_index("trace_id")
    calls = spans[spans["operation_name"].isin(TOKEN_OPERATIONS)]
    runs = spans.groupby("trace_id").agg(
        started_at=("started_at", "min"),
        ended_at=("ended_at", "max"),
        is_handed_over=("is_handoff", "any"),
    )
    runs = runs.join(calls.groupby("trace_id")[TOKENS].sum())
    runs[TOKENS] = runs[TOKENS].fillna(0).astype("int64")
    for name in ("work_item_id", "agent_id", "team_id", "person_id"):
        runs[name] = roots[name]
    runs["is_failed"] = roots["is_error"] | roots["error_type"].notna()
    item_workflow = states.drop_duplicates("work_item_id", keep="last")
    item_workflow = item_workflow.set_index("work_item_id")["workflow_id"]
    runs["workflow_id"] = (
        roots["workflow_id"]
        .combine_first(runs["work_item_id"].map(item_workflow))
        .combine_first(runs["agent_id"].map(agents.set_index("agent_id")["workflow_id"]))
        .fillna(UNKNOWN)
    )
    runs["agent_id"] = runs["agent_id"].fillna(UNKNOWN)
    return runs[runs["started_at"] < as_of + DAY].reset_index()


def build_usage(spans: pd.DataFrame, runs: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Tokens by run, model, the provider its spans name, and the day of the call."""
    calls = spans[spans["operation_name"].isin(TOKEN_OPERATIONS)].copy()
    calls["model"] = calls["response_model"].combine_first(calls["request_model"]).fillna(UNKNOWN)
    calls["provider_name"] = calls["provider_name"].fillna(UNKNOWN)
    calls["day"] = calls["started_at"].dt.normalize()
    by = ["trace_id", "model", "provider_name", "day"]
    usage = calls[calls["day"] <= as_of].groupby(by, as_index=False)[TOKENS].sum()
    return usage.merge(runs[["trace_id", "agent_id"]], on="trace_id")


def last_run_agent(runs: pd.DataFrame) -> pd.Series:
    """The agent of the latest run on each item."""
    latest = runs.dropna(subset=["work_item_id"]).sort_values(["started_at", "trace_id"])
    return latest.drop_duplicates("work_item_id", keep="last").set_index("work_item_id")["agent_id"]


def build_items(
    states: pd.DataFrame, runs: pd.DataFrame, workflows: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """One row a work item; flags as on as_of."""
    items = states.drop_duplicates("work_item_id", keep="last").set_index("work_item_id")
    columns = ["workflow_id", "team_id", "opened_at", "business_value_usd"]
    items = items[[*columns, "caused_by_work_item_id", "ai_assisted"]]
    closing = states[states["status"].isin(CLOSING)].drop_duplicates("work_item_id")
    closing = closing.set_index("work_item_id")
    items["is_closed"] = items.index.isin(closing.index)
    first_closed = states.groupby("work_item_id")["first_closed_at"].min()
    closed_at = first_closed.combine_first(closing["resolved_at"]).combine_first(
        closing["updated_at"]
    )
    items["closed_at"] = closed_at.where(items["is_closed"])
    items["closing_status"] = closing["status"]
    items["handled_by"] = closing["handled_by"]

    item_runs = runs.dropna(subset=["work_item_id"])
    has_run = items.index.isin(item_runs["work_item_id"])
    handed_over = items.index.isin(item_runs.loc[item_runs["is_handed_over"], "work_item_id"])
    by_agent = items["handled_by"].isin(["agent", "hybrid"])
    items["is_attempted"] = items["is_closed"] & (by_agent | has_run)
    agent = closing["agent_id"].reindex(items.index)
    agent = agent.combine_first(last_run_agent(runs).reindex(items.index)).fillna(UNKNOWN)
    items["agent_id"] = agent.where(items["is_attempted"])
    resolved = items["closing_status"].eq("resolved")
    items["is_completed"] = resolved & items["handled_by"].eq("agent") & ~handed_over

    window = items["workflow_id"].map(workflows.set_index("workflow_id")["rework_window_days"])
    window = pd.to_timedelta(window.astype(float), unit="D")
    items["is_settled"] = items["closed_at"].dt.normalize() + window <= as_of
    deadline = items["closed_at"] + window
    came_back = (_reopened_at(states, closing) <= deadline) | (_first_caused_at(items) <= deadline)
    items["is_human"] = items["is_closed"] & items["handled_by"].isin(["human", "hybrid"])
    items["has_held"] = ~came_back
    held = items["is_settled"] & ~came_back
    items["is_successful"] = items["is_completed"] & held
    items["is_successful_human"] = resolved & items["is_human"] & held
    items["first_caused_at"] = _first_caused_at(items)
    elapsed = (items["closed_at"] - items["opened_at"]).dt.total_seconds()
    items["latency_minutes"] = elapsed / 60
    return items.reset_index()


def _reopened_at(states: pd.DataFrame, closing: pd.DataFrame) -> pd.Series:
    """The earliest sign that an item was opened again."""
    stated = states.groupby("work_item_id")["reopened_at"].min()
    first_closed = states.groupby("work_item_id")["first_closed_at"].min()
    known_closed = first_closed.reindex(closing.index).combine_first(closing["updated_at"])
    closed = states["work_item_id"].map(known_closed)
    again = states[states["status"].eq("open") & (states["updated_at"] > closed)]
    seen = again.groupby("work_item_id")["updated_at"].min()
    both = pd.concat([stated, seen], axis=1).min(axis=1)
    return both.astype("datetime64[us]")


def _first_caused_at(items: pd.DataFrame) -> pd.Series:
    """When the first item that each item caused was opened."""
    caused = items.dropna(subset=["caused_by_work_item_id"])
    first = caused.groupby("caused_by_work_item_id")["opened_at"].min()
    return first.reindex(items.index)


def build_reviews(landing: Landing, items: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Reviews of completed items with the item's agent, workflow and closing.

    is_used marks the one random review of an item that counts, the earliest.
    """
    reviews = landing.agent_reviews
    reviews = reviews[reviews["reviewed_at"] < as_of + DAY].drop(columns="agent_id")
    reviews = reviews.sort_values(["reviewed_at", "review_id"], kind="stable")
    is_random = reviews["selection"].eq("random")
    reviews["is_targeted"] = reviews["selection"].eq("targeted")
    reviews["is_used"] = is_random & ~reviews[is_random].duplicated("work_item_id").reindex(
        reviews.index, fill_value=True
    )
    verdict = reviews["adjudicated_verdict"].combine_first(reviews["verdict"])
    reviews["is_accepted"] = verdict.eq("accept")
    columns = ["work_item_id", "workflow_id", "agent_id", "closed_at", "is_settled"]
    completed = items.loc[items["is_completed"], [*columns, "is_successful"]]
    return reviews.merge(completed, on="work_item_id")


def settled_reviews(reviews: pd.DataFrame) -> pd.DataFrame:
    """The random reviews from which the verification rate is estimated."""
    used = reviews[reviews["is_used"] & reviews["is_settled"]]
    return used.assign(is_verified=np.logical_and(used["is_accepted"], used["is_successful"]))
