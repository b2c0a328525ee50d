"""Who of a team used agents and features, and how many tokens that took.

What belongs here: runs, feature use and requests by team. What does not: outcomes.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY

COLUMNS = ["team_id", "day", "worker_id", "runs", "tokens"]


def activity(facts: Facts) -> pd.DataFrame:
    """One row an activity: the team's runs, its people's feature use and requests."""
    runs = facts.runs.assign(day=facts.runs["started_at"].dt.normalize(), runs=1.0)
    runs["tokens"] = runs["input_tokens"] + runs["output_tokens"]
    runs = _placed(facts, runs.rename(columns={"person_id": "worker_id", "team_id": "own_team"}))
    runs["team_id"] = runs["team_id"].combine_first(runs["own_team"])

    used = facts.landing["feature_usage"].rename(columns={"usage_date": "day"})
    used = used[used["day"] <= facts.as_of]
    used["tokens"] = used["input_tokens"].fillna(0) + used["output_tokens"].fillna(0)
    covered = used[used["tokens"] > 0][["worker_id", "day"]].drop_duplicates().assign(covered=True)
    features = _placed(facts, used.assign(runs=0.0))

    requests = facts.requests[facts.requests["requested_at"] < facts.as_of + DAY]
    requests = requests.assign(day=requests["requested_at"].dt.normalize(), runs=0.0)
    requests = requests.rename(columns={"person_id": "worker_id"})
    requests = requests.merge(covered, on=["worker_id", "day"], how="left")
    requests["tokens"] = requests["tokens"].mask(requests["covered"].notna(), 0.0)
    asked = _placed(facts, requests)
    frame = pd.concat([part[COLUMNS] for part in (runs, features, asked)], ignore_index=True)
    return frame.dropna(subset=["team_id"])


def _placed(facts: Facts, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the team of their person's position that day."""
    days = facts.person_days[["worker_id", "day", "team_id"]]
    return rows.merge(days, on=["worker_id", "day"], how="left")
