"""Whether people know good outputs from bad ones, and still can do the work themselves.

What belongs here: adjudicated reviews and work without agents, by team and quarter. What does not:
the accuracy of agents.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, ratio, wilson
from tests.oracle.suppression import QUARTER, fill, hide, is_final, quarter_of
from tests.oracle.trust import reviewers, reviews_known

RATES = {
    "catch_rate": ("caught", "wrong_outputs"),
    "over_reliance": ("missed", "wrong_outputs"),
    "under_reliance": ("doubted", "right_outputs"),
}


def judgement(facts: Facts) -> pd.DataFrame:
    reviews = reviews_known(facts).dropna(subset=["adjudicated_verdict", "team_id"])
    accepted = reviews["verdict"] == "accept"
    wrong = reviews["adjudicated_verdict"] == "reject"
    flags = {
        "adjudicated": True,
        "wrong_outputs": wrong,
        "right_outputs": ~wrong,
        "caught": wrong & ~accepted,
        "missed": wrong & accepted,
        "doubted": ~wrong & ~accepted,
    }
    by_team = reviews.assign(**flags, person=reviewers(reviews)).groupby(QUARTER)
    sums = by_team[list(flags)].sum().assign(people=by_team["person"].nunique()).astype(float)
    sums = sums.reset_index().merge(people_only(facts), on=QUARTER, how="outer").fillna(0.0)
    rows = fill(facts, sums, "quarter", ["adjudicated", "people_closed"])
    few = rows["people"].between(1, facts.threshold("min_cohort_size") - 1)
    rows = hide(rows, list(flags), few)
    for name, (part, whole) in RATES.items():
        rows[name] = ratio(rows[part], rows[whole])
        rows[f"{name}_low"], rows[f"{name}_high"] = wilson(rows[part], rows[whole])
    rate = ratio(rows["people_successful"], rows["people_closed"])
    rows["people_success_rate"] = rate
    before = rows.set_index(QUARTER)["people_success_rate"]
    earlier = quarter_of(rows["quarter_start"] - DAY)
    before = before.reindex(pd.MultiIndex.from_arrays([rows["team_id"], earlier])).to_numpy()
    rows["is_final"] = is_final(facts, rows["quarter_start"], "quarter")
    both = rows["is_final"] & ~rows["was_suppressed"]
    rows["people_success_rate_change"] = (rate - before).where(both)
    ends = [f"{name}{end}" for name in RATES for end in ("", "_low", "_high")]
    people = ["people_closed", "people_successful"]
    people += ["people_success_rate", "people_success_rate_change"]
    return hide(rows, [*flags, *ends, *people])


def people_only(facts: Facts) -> pd.DataFrame:
    """Settled items that people of a team closed without an agent or an assistant."""
    items = facts.items
    alone = items[
        items["is_closed"]
        & items["handled_by"].eq("human")
        & ~items["is_attempted"]
        & ~items["ai_assisted"].fillna(False).astype(bool)
        & items["is_settled"]
    ]
    alone = alone.assign(quarter_start=quarter_of(alone["closed_at"]))
    done = alone.groupby(QUARTER)["is_successful_human"]
    return done.agg(people_closed="size", people_successful="sum").astype(float).reset_index()
