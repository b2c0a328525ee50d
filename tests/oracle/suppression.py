"""Who is too few to be shown.

What belongs here: teams hidden by quarter, and what hides with them. What does not: any measure.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.items import known_states
from tests.oracle.periods import DAY, period_end, period_of

QUARTER = ["team_id", "quarter_start"]
HIDDEN_GROUPS = 2


def quarter_of(times: pd.Series) -> pd.Series:
    """The first day of each time's quarter."""
    return times.dt.to_period("Q").dt.to_timestamp().astype("datetime64[us]")


def start_of(days: pd.Series, grain: str) -> pd.Series:
    return quarter_of(days) if grain == "quarter" else period_of(days, grain)


def end_of(starts: pd.Series, grain: str) -> pd.Series:
    """The last day of weeks, months or quarters."""
    if grain == "quarter":
        return starts + pd.DateOffset(months=3) - DAY
    return period_end(starts, grain)


def contributions(facts: Facts) -> pd.DataFrame:
    """Who did anything on which day, up to as_of."""
    landing = facts.landing
    states = known_states(landing, facts.as_of)
    traces = (
        (facts.hours, "worker_id", "day"),
        (states, "worker_id", "updated_at"),
        (facts.runs, "person_id", "started_at"),
        (landing["feature_usage"], "worker_id", "usage_date"),
        (landing["api_requests"], "person_id", "requested_at"),
        (landing.agent_reviews, "reviewer_id", "reviewed_at"),
        (landing["survey_responses"], "worker_id", "responded_at"),
    )
    parts = [
        pd.DataFrame({"worker_id": frame[who], "day": frame[when].dt.normalize()})
        for frame, who, when in traces
    ]
    frame = pd.concat(parts).dropna(subset=["worker_id"])
    return frame[frame["day"] <= facts.as_of].drop_duplicates()


def too_few(shown: pd.Series, of: pd.Series, least: float) -> pd.Series:
    """Fewer than `least` of a group, or all of it but one to `least` - 1."""
    rest = of - shown
    return (shown < least) | ((rest > 0) & (rest < least))


def with_others(
    groups: pd.DataFrame, small: pd.Series, within: list[str], keys: tuple[str, str], least: float
) -> pd.Series:
    """Small groups, and others with them until those with somebody are two and `least` people.

    `keys` name the columns of a group's size and id: others go by size, then id.
    """
    size, name = keys
    hidden = small.copy()
    for _, inside in groups.groupby(within):
        inhabited = inside[inside[size] > 0]
        gone = inhabited[hidden[inhabited.index]]
        if not len(gone):
            continue
        count, people = len(gone), gone[size].sum()
        rest = inhabited[~hidden[inhabited.index]].sort_values([size, name])
        for index, members in rest[size].items():
            if count >= HIDDEN_GROUPS and people >= least:
                break
            hidden[index] = True
            count, people = count + 1, people + members
    return hidden


def team_quarters(facts: Facts) -> pd.DataFrame:
    """team_id, quarter_start, department, contributors, is_suppressed of every team HR knows."""
    days = facts.person_days.assign(quarter_start=quarter_of(facts.person_days["day"]))
    least = facts.threshold("min_cohort_size")
    worked = contributions(facts).assign(contributed=True)
    days = days.merge(worked, on=["worker_id", "day"], how="left")
    days["contributed"] = days["contributed"].eq(True)
    people = days.groupby([*QUARTER, "worker_id"])["contributed"].any()
    counts = people.groupby(level=QUARTER).agg(contributors="sum", members="size").reset_index()
    departments = days.groupby(QUARTER)["department"].min().reset_index()
    counts = counts.merge(departments, on=QUARTER)
    small = too_few(counts["contributors"], counts["members"], least)
    return counts.assign(is_suppressed=hidden_teams(counts, small, "contributors", least))


def hidden_teams(teams: pd.DataFrame, small: pd.Series, size: str, least: float) -> pd.Series:
    """Small teams and those that hide with them in their department, then in the company."""
    keys = (size, "team_id")
    hidden = with_others(teams, small, ["department", "quarter_start"], keys, least)
    return with_others(teams, hidden, ["quarter_start"], keys, least)


def suppressed(facts: Facts, teams: pd.Series, starts: pd.Series, grain: str) -> pd.Series:
    """Whether a quarter of the period's first or last day hides the team."""
    quarters = team_quarters(facts)
    hidden = quarters[quarters["is_suppressed"]]
    pairs = set(zip(hidden["team_id"], hidden["quarter_start"], strict=True))
    first, last = quarter_of(starts), quarter_of(end_of(starts, grain))
    found = [
        (team, begin) in pairs or (team, end) in pairs
        for team, begin, end in zip(teams, first, last, strict=True)
    ]
    return pd.Series(found, teams.index, dtype=bool)


def team_periods(facts: Facts, grain: str) -> pd.DataFrame:
    """Every period in which a team has a position day, with is_suppressed and was_suppressed."""
    start = f"{grain}_start"
    days = facts.person_days
    rows = pd.DataFrame({"team_id": days["team_id"], start: start_of(days["day"], grain)})
    rows = rows.drop_duplicates().sort_values(["team_id", start]).reset_index(drop=True)
    before = start_of(rows[start] - DAY, grain)
    return rows.assign(
        is_suppressed=suppressed(facts, rows["team_id"], rows[start], grain),
        was_suppressed=suppressed(facts, rows["team_id"], before, grain),
    )


def fill(facts: Facts, measures: pd.DataFrame, grain: str, opening: list[str]) -> pd.DataFrame:
    """Measures for every period of every team HR has, zeros where there is nothing.

    From the first period on in which any of `opening` is not zero for a team of HR.
    """
    start = f"{grain}_start"
    keys = ["team_id", start]
    rows = team_periods(facts, grain).merge(measures.assign(_found=True), on=keys, how="left")
    found = rows.pop("_found").notna()
    for name in measures.columns.difference(keys):
        rows[name] = rows[name].where(found, 0.0).astype(float)
    shown = rows[opening].fillna(1.0).ne(0).any(axis=1)
    return rows[rows[start] >= rows.loc[shown, start].min()].reset_index(drop=True)


def longest_window(facts: Facts) -> pd.Timedelta:
    days = facts.seeds["workflows"]["rework_window_days"].astype(float).max()
    return pd.Timedelta(days=days)


def is_final(facts: Facts, starts: pd.Series, grain: str) -> pd.Series:
    """Whether as_of has passed the period's end plus the longest window of all workflows."""
    return end_of(starts, grain) + longest_window(facts) <= facts.as_of


def hide(rows: pd.DataFrame, measures: list[str], hidden: pd.Series | None = None) -> pd.DataFrame:
    """Nothing but the key of suppressed rows."""
    hidden = rows["is_suppressed"] if hidden is None else hidden
    return rows.assign(**{name: _without(rows[name], hidden) for name in measures})


def _without(values: pd.Series, hidden: pd.Series) -> pd.Series:
    if values.dtype == bool:
        values = values.astype("boolean")
    return values.mask(hidden)
