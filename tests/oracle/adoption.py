"""Which people use what they could use.

What belongs here: feature adoption by team, profile and month. What does not: trust, outcomes.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, month_of, ratio
from tests.oracle.suppression import hide, suppressed, with_others

KEYS = ["feature_id", "team_id", "job_profile", "month_start"]
EARLIER = ["active_before", "retained"]
COUNTS = ["eligible", "onboarded", "active", *EARLIER]


def last_days(facts: Facts) -> pd.DataFrame:
    """One row a person and month: the team and profile of her last day in it."""
    days = facts.person_days.sort_values(["worker_id", "day"])
    last = days.drop_duplicates(["worker_id", "month_start"], keep="last")
    return last[["worker_id", "month_start", "team_id", "job_profile"]]


def uses(facts: Facts) -> pd.DataFrame:
    """Use of features up to as_of with its month; a row that says 0 sessions is none."""
    used = facts.landing["feature_usage"]
    used = used[(used["usage_date"] <= facts.as_of) & used["sessions"].ne(0)]
    return used.assign(month_start=month_of(used["usage_date"]))


def eligible_people(facts: Facts, used: pd.DataFrame) -> pd.DataFrame:
    """One row a feature, person and month from the feature's first use on."""
    first = used.groupby("feature_id")["month_start"].min().rename("first_month").reset_index()
    features = first.merge(facts.seeds["features"], on="feature_id", how="left")
    people = last_days(facts).merge(features, how="cross")
    people = people[people["month_start"] >= people["first_month"]]
    lists = people["eligible_job_profiles"]
    is_listed = [
        pd.isna(names) or profile in {name.strip() for name in names.split(";")}
        for profile, names in zip(people["job_profile"], lists, strict=True)
    ]
    return people[is_listed]


def feature_adoption(facts: Facts) -> pd.DataFrame:
    used = uses(facts)
    people = eligible_people(facts, used)
    by = ["feature_id", "worker_id"]
    first = used.groupby(by)["month_start"].min().rename("first_used")
    people = people.merge(first.reset_index(), on=by, how="left")
    months = used[[*by, "month_start"]].drop_duplicates()
    following = months.assign(month_start=month_of(months["month_start"] + 31 * DAY))
    for name, frame in (("active", months), ("active_before", following)):
        people = people.merge(frame.assign(**{name: True}), on=[*by, "month_start"], how="left")
        people[name] = people[name].eq(True)
    people["eligible"] = True
    people["onboarded"] = people["first_used"] <= people["month_start"]
    people["retained"] = people["active"] & people["active_before"]
    both = pd.concat([people, people.assign(job_profile="all")])
    rows = both.groupby(KEYS)[COUNTS].sum().astype(float).reset_index()
    rows["is_suppressed"] = hidden_rows(facts, rows)
    rows = hide(rows, EARLIER, were_hidden(facts, rows))
    rows["adoption_rate"] = ratio(rows["active"], rows["eligible"])
    rows["retention_rate"] = ratio(rows["retained"], rows["active_before"])
    return hide(rows, [*COUNTS, "adoption_rate", "retention_rate"])


def were_hidden(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """Whether the team or this very row was hidden the month before."""
    before = month_of(rows["month_start"] - DAY)
    earlier = rows.loc[rows["is_suppressed"], KEYS].itertuples(index=False, name=None)
    hidden = set(earlier)
    keys = rows.assign(month_start=before)[KEYS].itertuples(index=False, name=None)
    was_row = pd.Series([key in hidden for key in keys], rows.index, dtype=bool)
    return was_row | suppressed(facts, rows["team_id"], before, "month")


def hidden_rows(facts: Facts, rows: pd.DataFrame) -> pd.Series:
    """Rows of hidden teams, of few people, and those that would tell of these."""
    least = facts.threshold("min_cohort_size")
    group = ["feature_id", "team_id", "month_start"]
    hidden = suppressed(facts, rows["team_id"], rows["month_start"], "month")
    hidden |= rows["eligible"] < least
    is_all = rows["job_profile"].eq("all")
    whole = rows.loc[is_all, group].assign(all_hidden=hidden[is_all])
    of_whole = rows[group].merge(whole, on=group, how="left")["all_hidden"].to_numpy(bool)
    idle = rows["eligible"] - rows["active"]
    profiles = rows[~is_all]
    # A profile that is the whole is no part of it.
    is_part = profiles.groupby(group)["job_profile"].transform("size") > 1
    small = (hidden | of_whole)[~is_all] | (is_part & idle[~is_all].between(1, least - 1))
    keys = ("eligible", "job_profile")
    return pd.concat([hidden[is_all], with_others(profiles, small, group, keys, least)])
