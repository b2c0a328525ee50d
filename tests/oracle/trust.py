"""What people think of agents and how they judge their outputs.

What belongs here: surveys, overrides, adjudicated reviews by quarter. What does not: accuracy of
agents.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, ratio, wilson
from tests.oracle.suppression import hide, known_teams, quarter_of

SUBJECT = ["subject_type", "subject_id", "quarter_start"]
QUESTIONS = ("csat", "nps", "trust", "fluency")
TEAM = ["team_id", "quarter_start"]


def reviews_known(facts: Facts) -> pd.DataFrame:
    """Every review up to as_of with its quarter."""
    reviews = facts.landing.agent_reviews
    reviews = reviews[reviews["reviewed_at"] < facts.as_of + DAY]
    return reviews.assign(quarter_start=quarter_of(reviews["reviewed_at"]))


def responses(facts: Facts) -> pd.DataFrame:
    """Each response once for its team, its agent and its model."""
    answers = facts.landing["survey_responses"]
    answers = answers[answers["responded_at"] < facts.as_of + DAY]
    answers = answers.assign(
        day=answers["responded_at"].dt.normalize(),
        quarter_start=quarter_of(answers["responded_at"]),
    )
    placed = facts.person_days[["worker_id", "day", "team_id"]]
    placed = placed.rename(columns={"team_id": "position_team"})
    answers = answers.merge(placed, on=["worker_id", "day"], how="left")
    answers["team"] = answers["position_team"].combine_first(answers["team_id"])
    ours = answers[~answers["customer"].fillna(False).astype(bool)]
    parts = [
        part.assign(subject_type=kind, subject_id=part[column])
        for kind, column, part in (
            ("team", "team", ours),
            ("agent", "agent_id", answers),
            ("model", "model_id", answers),
        )
    ]
    return pd.concat(parts).dropna(subset=["subject_id"])


def survey_measures(answers: pd.DataFrame) -> pd.DataFrame:
    """Responses and, of each question, how many and what they say."""
    rows = answers.groupby(SUBJECT).size().rename("responses").to_frame()
    for question in QUESTIONS:
        scores = answers[answers["question"] == question].groupby(SUBJECT)["score"]
        rows[f"{question}_responses"] = scores.size()
        rows[question] = scores.mean()
    asked = answers[answers["question"] == "nps"]
    balance = (asked["score"] >= 9).astype(float) - (asked["score"] <= 6)
    rows["nps"] = 100 * balance.groupby([asked[key] for key in SUBJECT]).mean()
    counts = [f"{question}_responses" for question in QUESTIONS]
    rows[counts] = rows[counts].fillna(0)
    return rows.astype(float).reset_index()


def trust(facts: Facts) -> pd.DataFrame:
    reviews = reviews_known(facts)
    reviews = reviews[reviews["selection"] == "random"]
    overridden = reviews["verdict"].isin(["correct", "reject"])
    parts = [
        reviews.assign(subject_type=kind, subject_id=reviews[f"{kind}_id"], overridden=overridden)
        for kind in ("team", "agent")
    ]
    judged = pd.concat(parts).dropna(subset=["subject_id"]).groupby(SUBJECT)["overridden"]
    judged = judged.agg(reviewed="size", overridden="sum").astype(float).reset_index()
    rows = survey_measures(responses(facts)).merge(judged, on=SUBJECT, how="outer")
    counts = ["responses", "reviewed", "overridden", *(f"{name}_responses" for name in QUESTIONS)]
    rows[counts] = rows[counts].fillna(0.0)
    rows["override_rate"] = ratio(rows["overridden"], rows["reviewed"])
    rows["trust_score"] = 1 - rows["override_rate"]
    least = facts.threshold("min_cohort_size")
    is_team = rows["subject_type"] == "team"
    teams = known_teams(facts, rows[is_team].assign(team_id=rows["subject_id"]), "quarter")
    teams = hide(teams, [*counts, *QUESTIONS, "override_rate", "trust_score"])
    rows = pd.concat([teams, rows[~is_team].assign(is_suppressed=False)], ignore_index=True)
    few = rows["responses"].astype(float) < least
    rows["is_suppressed"] |= few
    survey = ["responses", *QUESTIONS, *(f"{name}_responses" for name in QUESTIONS)]
    return hide(rows, survey, few)


def judgement(facts: Facts) -> pd.DataFrame:
    reviews = reviews_known(facts).dropna(subset=["adjudicated_verdict", "team_id"])
    accepted = reviews["verdict"] == "accept"
    wrong = reviews["adjudicated_verdict"] == "reject"
    flags = {
        "adjudicated": True,
        "wrong": wrong,
        "right": ~wrong,
        "caught": wrong & ~accepted,
        "wrong_accepted": wrong & accepted,
        "right_refused": ~wrong & ~accepted,
    }
    rows = reviews.assign(**flags).groupby(TEAM)[list(flags)].sum().astype(float).reset_index()
    rows = rows.merge(people_only(facts), on=TEAM, how="outer")
    counts = [*flags, "people_closed", "people_successful"]
    rows[counts] = rows[counts].fillna(0.0)
    rates = {
        "catch_rate": ("caught", "wrong"),
        "over_reliance": ("wrong_accepted", "wrong"),
        "under_reliance": ("right_refused", "right"),
    }
    for name, (part, whole) in rates.items():
        rows[name] = ratio(rows[part], rows[whole])
        rows[f"{name}_low"], rows[f"{name}_high"] = wilson(rows[part], rows[whole])
    rows["people_success_rate"] = ratio(rows["people_successful"], rows["people_closed"])
    rows = known_teams(facts, rows, "quarter")
    ends = [f"{name}{end}" for name in rates for end in ("", "_low", "_high")]
    rows = hide(rows, [*counts, *ends, "people_success_rate"])
    before = rows[[*TEAM, "people_success_rate"]].rename(columns={"people_success_rate": "before"})
    before["quarter_start"] = quarter_of(before["quarter_start"] + pd.DateOffset(months=3))
    rows = rows.merge(before, on=TEAM, how="left")
    change = rows["people_success_rate"].astype(float) - rows.pop("before").astype(float)
    return rows.assign(people_success_rate_change=change)


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
    sums = alone.groupby(TEAM)["is_successful_human"].agg(
        people_closed="size", people_successful="sum"
    )
    return sums.astype(float).reset_index()
