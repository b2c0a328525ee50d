"""Who is too few to be shown.

What belongs here: teams hidden by quarter, and what hides with them. What does not: any measure.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.items import known_states
from tests.oracle.periods import period_end

QUARTER = ["team_id", "quarter_start"]
HIDDEN_TEAMS = 2


def quarter_of(times: pd.Series) -> pd.Series:
    """The first day of each time's quarter."""
    return times.dt.to_period("Q").dt.to_timestamp().astype("datetime64[us]")


def person_quarters(facts: Facts) -> pd.DataFrame:
    """Positions by day with their quarter."""
    return facts.person_days.assign(quarter_start=quarter_of(facts.person_days["day"]))


def contributions(facts: Facts) -> pd.DataFrame:
    """Who worked on which day: hours, states of items, runs."""
    states = known_states(facts.landing, facts.as_of)
    runs = facts.runs
    parts = [
        facts.hours[["worker_id", "day"]],
        pd.DataFrame({"worker_id": states["worker_id"], "day": states["updated_at"]}),
        pd.DataFrame({"worker_id": runs["person_id"], "day": runs["started_at"]}),
    ]
    frame = pd.concat(parts).dropna(subset=["worker_id"])
    return frame.assign(day=frame["day"].dt.normalize()).drop_duplicates()


def too_few(shown: pd.Series, of: pd.Series, least: float) -> pd.Series:
    """Fewer than `least` of a group, or all of it but one to `least` - 1."""
    rest = of - shown
    return (shown < least) | ((rest > 0) & (rest < least))


def with_neighbours(groups: pd.DataFrame, within: list[str], size: str, least: float) -> pd.Series:
    """is_hidden of groups, and of the smallest others until two and `least` people are hidden.

    Expects a column is_small; ties go by the group's name, the column `name`.
    """
    order = groups.sort_values([*within, size, "name"])
    hidden = set(order.index[order["is_small"]])
    for _, inside in order.groupby(within, dropna=False):
        small = inside.index.isin(hidden)
        if not small.any():
            continue
        count, people = int(small.sum()), inside.loc[small, size].sum()
        for row in inside[~small].itertuples():
            if count >= HIDDEN_TEAMS and people >= least:
                break
            hidden.add(row.Index)
            count, people = count + 1, people + getattr(row, size)
    return pd.Series(groups.index.isin(hidden), groups.index)


def team_quarters(facts: Facts) -> pd.DataFrame:
    """team_id, quarter_start, department, contributors, is_suppressed of every team HR knows."""
    days = person_quarters(facts)
    least = facts.threshold("min_cohort_size")
    worked = contributions(facts).assign(contributed=True)
    days = days.merge(worked, on=["worker_id", "day"], how="left")
    days["contributed"] = days["contributed"].eq(True)
    people = days.groupby([*QUARTER, "worker_id"])["contributed"].any()
    counts = people.groupby(level=QUARTER).agg(contributors="sum", members="size").reset_index()
    latest = days.sort_values(["day", "department"]).drop_duplicates(QUARTER, keep="last")
    counts = counts.merge(latest[[*QUARTER, "department"]], on=QUARTER)
    counts["is_small"] = too_few(counts["contributors"], counts["members"], least)
    counts["name"] = counts["team_id"]
    within = ["department", "quarter_start"]
    counts["is_suppressed"] = with_neighbours(counts, within, "contributors", least)
    return counts.drop(columns=["is_small", "name"])


def suppressed_periods(facts: Facts, rows: pd.DataFrame, grain: str) -> pd.Series:
    """Whether a quarter that the row's week, month or quarter touches hides the row's team.

    Null for a team that HR does not know in any of them.
    """
    quarters = team_quarters(facts).set_index(QUARTER)["is_suppressed"]
    start = rows[f"{grain}_start"]
    end = start if grain == "quarter" else period_end(start, grain)
    found = [
        quarters.reindex(pd.MultiIndex.from_arrays([rows["team_id"], quarter_of(days)]))
        .set_axis(rows.index)
        .astype("boolean")
        for days in (start, end)
    ]
    known = found[0].notna() | found[1].notna()
    return (found[0].fillna(False) | found[1].fillna(False)).where(known)


def known_teams(facts: Facts, rows: pd.DataFrame, grain: str) -> pd.DataFrame:
    """Rows of teams that HR knows, with is_suppressed."""
    rows = rows.assign(is_suppressed=suppressed_periods(facts, rows, grain))
    rows = rows[rows["is_suppressed"].notna()].reset_index(drop=True)
    return rows.assign(is_suppressed=rows["is_suppressed"].astype(bool))


def hide(rows: pd.DataFrame, measures: list[str], hidden: pd.Series | None = None) -> pd.DataFrame:
    """Nothing but the key of suppressed rows."""
    hidden = rows["is_suppressed"] if hidden is None else hidden
    return rows.assign(**{name: rows[name].astype(object).mask(hidden, None) for name in measures})
