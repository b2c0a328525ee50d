"""Which people use what they could use.

What belongs here: feature adoption by team, profile and month. What does not: trust, outcomes.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import month_of, ratio
from tests.oracle.suppression import hide, known_teams, too_few, with_neighbours

KEYS = ["feature_id", "team_id", "job_profile", "month_start"]
COUNTS = ["eligible", "onboarded", "active", "active_before", "retained"]
RATES = ["adoption_rate", "retention_rate"]


def last_days(facts: Facts) -> pd.DataFrame:
    """One row a person and month: the team and profile of her last day in it."""
    days = facts.person_days.sort_values(["worker_id", "day"])
    last = days.drop_duplicates(["worker_id", "month_start"], keep="last")
    return last[["worker_id", "month_start", "team_id", "job_profile", "department"]]


def usage(facts: Facts) -> pd.DataFrame:
    """Use of features up to as_of with its month."""
    used = facts.landing["feature_usage"]
    used = used[used["usage_date"] <= facts.as_of]
    return used.assign(month_start=month_of(used["usage_date"]))


def eligible_people(facts: Facts, used: pd.DataFrame) -> pd.DataFrame:
    """One row a feature, person and month from the feature's first use on."""
    first = used.groupby("feature_id")["month_start"].min().rename("first_month")
    features = facts.seeds["features"].merge(first.reset_index(), on="feature_id")
    people = last_days(facts).merge(features, how="cross")
    people = people[people["month_start"] >= people["first_month"]]
    listed = people["eligible_job_profiles"].astype("str").str.split(";")
    is_open = people["eligible_job_profiles"].isna()
    is_listed = [
        profile in {name.strip() for name in names} if isinstance(names, list) else False
        for profile, names in zip(people["job_profile"], listed, strict=True)
    ]
    return people[is_open | pd.Series(is_listed, people.index)]


def feature_adoption(facts: Facts) -> pd.DataFrame:
    used = usage(facts)
    people = eligible_people(facts, used)
    by = ["feature_id", "worker_id"]
    first = used.groupby(by)["month_start"].min().rename("first_used")
    people = people.merge(first.reset_index(), on=by, how="left")
    months = used[[*by, "month_start"]].drop_duplicates()
    following = months.assign(month_start=months["month_start"] + pd.offsets.MonthBegin(1))
    following["month_start"] = following["month_start"].astype("datetime64[us]")
    for name, frame in (("active", months), ("active_before", following)):
        people = people.merge(frame.assign(**{name: True}), on=[*by, "month_start"], how="left")
        people[name] = people[name].eq(True)
    people["eligible"] = True
    people["onboarded"] = people["first_used"] <= people["month_start"]
    people["retained"] = people["active"] & people["active_before"]
    both = pd.concat([people, people.assign(job_profile="all")])
    rows = both.groupby(KEYS)[COUNTS].sum().astype(float).reset_index()
    rows["adoption_rate"] = ratio(rows["active"], rows["eligible"])
    rows["retention_rate"] = ratio(rows["retained"], rows["active_before"])
    rows = known_teams(facts, rows, "month")
    least = facts.threshold("min_cohort_size")
    profiles = rows[rows["job_profile"] != "all"].assign(name=lambda f: f["job_profile"])
    too_small = profiles["eligible"] < least
    profiles["is_small"] = too_small | too_few(profiles["active"], profiles["eligible"], least)
    within = ["feature_id", "team_id", "month_start"]
    hidden = with_neighbours(profiles, within, "eligible", least)
    rows["is_suppressed"] |= hidden.reindex(rows.index, fill_value=False)
    return hide(rows, [*COUNTS, *RATES])
