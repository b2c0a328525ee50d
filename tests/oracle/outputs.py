"""What agents put out, by workflow, agent and period, and how much of it is verified.

What belongs here: counts of items and reviews, verified outputs, the rows an agent has. What does
not: money and hours.
"""

import pandas as pd

from tests.oracle.items import settled_reviews
from tests.oracle.periods import period_end, period_of, ratio, starts_between, wilson

WINDOW_WEEKS = 4


def start_column(grain: str) -> str:
    return f"{grain}_start"


def spine(
    agents: pd.DataFrame, as_of: pd.Timestamp, grain: str, *others: pd.DataFrame
) -> pd.DataFrame:
    """Every period of every agent and workflow, from deployment or the first trace of it on."""
    start = start_column(grain)
    frames = [
        pd.DataFrame({start: starts_between(agent.deployed_on, as_of, grain)}).assign(
            workflow_id=agent.workflow_id, agent_id=agent.agent_id
        )
        for agent in agents.itertuples()
        if agent.deployed_on <= as_of
    ]
    keys = ["workflow_id", "agent_id", start]
    frames = [frame[keys].astype({start: "datetime64[us]"}) for frame in (*frames, *others)]
    first = pd.concat(frames).groupby(["workflow_id", "agent_id"])[start].min()
    filled = [
        pd.DataFrame({start: starts_between(begin, as_of, grain)}).assign(
            workflow_id=workflow, agent_id=agent
        )
        for (workflow, agent), begin in first.items()
    ]
    rows = pd.concat(filled)[keys].astype({start: "datetime64[us]"})
    return rows.sort_values(keys).reset_index(drop=True)


def count_items(items: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Attempted, completed, settled and successful items of agents by period of closing."""
    start = start_column(grain)
    attempted = items[items["is_attempted"]].copy()
    attempted[start] = period_of(attempted["closed_at"], grain)
    done = attempted["is_completed"]
    attempted["attempted"] = 1
    attempted["completed"] = done
    attempted["settled"] = done & attempted["is_settled"]
    attempted["provisional"] = done & ~attempted["is_settled"]
    attempted["successful"] = done & attempted["is_successful"]
    counts = ["attempted", "completed", "settled", "provisional", "successful"]
    by = ["workflow_id", "agent_id", start]
    return attempted.groupby(by)[counts].sum().astype(float).reset_index()


def reviews_by_period(reviews: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Each review once for every period that reads it: four weeks, or its month."""
    start = start_column(grain)
    first = period_of(reviews["closed_at"], grain)
    if grain == "month":
        return reviews.assign(**{start: first})
    shifts = [pd.Timedelta(weeks=n) for n in range(WINDOW_WEEKS)]
    return pd.concat([reviews.assign(**{start: first + shift}) for shift in shifts])


def verify(rows: pd.DataFrame, reviews: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Add outputs_verified, _low and _high to rows with settled and successful counts."""
    by = ["workflow_id", "agent_id", start_column(grain)]
    used = reviews_by_period(settled_reviews(reviews), grain)
    sample = used.groupby(by)["is_verified"].agg(["count", "sum"]).reset_index()
    rows = rows.merge(sample, on=by, how="left").fillna({"count": 0, "sum": 0})
    low, high = wilson(rows["sum"], rows["count"])
    settled, limit = rows["settled"], rows["successful"]
    shares = {"": ratio(rows["sum"], rows["count"]), "_low": low, "_high": high}
    for name, share in shares.items():
        rows[f"outputs_verified{name}"] = pd.concat([settled * share, limit], axis=1).min(
            axis=1, skipna=False
        )
    is_blind = rows["count"] == 0
    rows.loc[is_blind, "outputs_verified_low"] = 0.0
    rows.loc[is_blind, "outputs_verified_high"] = limit[is_blind]
    names = [f"outputs_verified{name}" for name in shares]
    rows.loc[settled == 0, names] = 0.0
    return rows.drop(columns=["count", "sum"])


def is_final(
    rows: pd.DataFrame, workflows: pd.DataFrame, as_of: pd.Timestamp, grain: str
) -> pd.Series:
    """Whether as_of has passed the period's end plus the workflow's window."""
    window = rows["workflow_id"].map(workflows.set_index("workflow_id")["rework_window_days"])
    ends = period_end(rows[start_column(grain)], grain)
    return ends + pd.to_timedelta(window.astype(float), unit="D") <= as_of
