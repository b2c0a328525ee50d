"""Who of a team used agents and features, and how many tokens that took.

What belongs here: runs, feature use and requests by team and day. What does not: outcomes.
"""

import pandas as pd

from tests.oracle.adoption import uses
from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, period_end, period_of

PERSON_DAY = ["worker_id", "day"]


def placed(facts: Facts, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with position_team, the team of their person that day."""
    days = facts.person_days[[*PERSON_DAY, "team_id"]]
    return rows.merge(days.rename(columns={"team_id": "position_team"}), on=PERSON_DAY, how="left")


def team_runs(facts: Facts) -> pd.DataFrame:
    """Runs with day and team: the one a run names, else that of its person that day."""
    runs = facts.runs.assign(day=facts.runs["started_at"].dt.normalize())
    runs = placed(facts, runs.rename(columns={"person_id": "worker_id"}))
    return runs.assign(team_id=runs["team_id"].combine_first(runs["position_team"]))


def requests(facts: Facts) -> pd.DataFrame:
    """Requests of coding assistants up to as_of with worker_id, day and tokens."""
    asked = facts.landing["api_requests"]
    asked = asked[asked["requested_at"] < facts.as_of + DAY]
    asked = asked.assign(
        day=asked["requested_at"].dt.normalize(),
        tokens=asked["input_tokens"] + asked["output_tokens"],
    )
    return asked.rename(columns={"person_id": "worker_id"})


def active_days(facts: Facts) -> pd.DataFrame:
    """One row a person, day and team in which she started a run, used a feature or asked."""
    used = uses(facts).rename(columns={"usage_date": "day"})
    runs = facts.runs.rename(columns={"person_id": "worker_id"})
    runs = runs.assign(day=runs["started_at"].dt.normalize())
    parts = [frame[PERSON_DAY] for frame in (runs, used, requests(facts))]
    days = pd.concat(parts).dropna(subset=["worker_id"]).drop_duplicates()
    days = placed(facts, days).rename(columns={"position_team": "team_id"})
    return days.dropna(subset=["team_id"])


def own_tokens(facts: Facts) -> pd.DataFrame:
    """Tokens of people's own tools: their features', on days without those their requests'."""
    used = facts.landing["feature_usage"].rename(columns={"usage_date": "day"})
    used = used[used["day"] <= facts.as_of]
    used = used.assign(tokens=used["input_tokens"].fillna(0) + used["output_tokens"].fillna(0))
    told = used.groupby(PERSON_DAY)["tokens"].sum()
    asked = requests(facts)
    by_feature = told.reindex(pd.MultiIndex.from_frame(asked[PERSON_DAY])).fillna(0).to_numpy()
    columns = [*PERSON_DAY, "tokens"]
    own = pd.concat([used[columns], asked.loc[by_feature == 0, columns]])
    own = placed(facts, own[own["tokens"] > 0]).rename(columns={"position_team": "team_id"})
    return own.dropna(subset=["team_id"])


def token_days(facts: Facts) -> pd.DataFrame:
    """Tokens of runs' model calls and of people's own tools, by team and day."""
    team = team_runs(facts).set_index("trace_id")["team_id"]
    calls = facts.priced.dropna(subset=["trace_id"])
    calls = calls.assign(
        team_id=calls["trace_id"].map(team), tokens=calls["input_tokens"] + calls["output_tokens"]
    )
    columns = ["team_id", "day", "tokens"]
    rows = pd.concat([calls[columns], own_tokens(facts)[columns]]).dropna(subset=["team_id"])
    return rows.groupby(["team_id", "day"])["tokens"].sum().astype(float).reset_index()


def own_runs(facts: Facts) -> pd.DataFrame:
    """Runs that name no team, so that they are their person's, with worker_id, day, team_id."""
    runs = facts.runs[facts.runs["team_id"].isna()].drop(columns="team_id")
    runs = runs.assign(day=runs["started_at"].dt.normalize())
    runs = placed(facts, runs.rename(columns={"person_id": "worker_id"}))
    runs = runs.rename(columns={"position_team": "team_id"})
    return runs.dropna(subset=["worker_id", "team_id"])


def usage_by(facts: Facts, grain: str) -> pd.DataFrame:
    """active_people, runs and tokens by team and period."""
    start = f"{grain}_start"
    keys = ["team_id", start]
    parts = [
        frame.assign(**{start: period_of(frame["day"], grain)}).groupby(keys)
        for frame in (
            active_days(facts),
            team_runs(facts),
            token_days(facts),
        )
    ]
    sums = {
        "active_people": parts[0]["worker_id"].nunique(),
        "runs": parts[1].size(),
        "tokens": parts[2]["tokens"].sum(),
    }
    return pd.concat(sums, axis=1).fillna(0.0).astype(float).reset_index()


def told(facts: Facts, rows: pd.DataFrame, grain: str, measure: str) -> pd.Series:
    """Whether runs or tokens of teams and periods would tell what one to four people do.

    A week and the months it touches tell the same: with one of them the others hide.
    """
    least = facts.threshold("min_cohort_size")
    columns = ["team_id", "day", "worker_id"]
    own = own_runs(facts)[columns]
    if measure == "tokens":
        own = pd.concat([own, own_tokens(facts)[columns]])
    spans = []
    for kind in ("week", "month"):
        begin = period_of(own["day"], kind).rename("first_day")
        people = own.groupby(["team_id", begin])["worker_id"].nunique()
        few = people[people < least].reset_index()
        spans.append(few.assign(last_day=period_end(few["first_day"], kind)))
    begin = f"{grain}_start"
    users = pd.MultiIndex.from_arrays([own["team_id"], period_of(own["day"], grain)])
    has_users = pd.MultiIndex.from_frame(rows[["team_id", begin]]).isin(users)
    pairs = rows[["team_id", begin]].reset_index().merge(pd.concat(spans), on="team_id")
    overlap = (pairs[begin] <= pairs["last_day"]) & (
        pairs["first_day"] <= period_end(pairs[begin], grain)
    )
    return rows.index.isin(pairs.loc[overlap, "index"]) & has_users
