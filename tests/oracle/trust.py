"""What people think of agents.

What belongs here: surveys and overrides by quarter. What does not: whether they are right.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, ratio
from tests.oracle.suppression import (
    QUARTER,
    fill,
    hidden_teams,
    hide,
    quarter_of,
    team_quarters,
)

SUBJECT = ["subject_type", "subject_id", "quarter_start"]
QUESTIONS = ("csat", "nps", "trust", "fluency")
REVIEWS = ["reviewed", "overridden"]
REVIEWERS = ["reviewers", "reviewers_apart"]
COUNTS = [f"{name}_{of}" for name in QUESTIONS for of in ("responses", "people")]


def reviews_known(facts: Facts) -> pd.DataFrame:
    """Every review up to as_of with its quarter."""
    reviews = facts.landing.agent_reviews
    reviews = reviews[reviews["reviewed_at"] < facts.as_of + DAY]
    return reviews.assign(quarter_start=quarter_of(reviews["reviewed_at"]))


def answers(facts: Facts) -> pd.DataFrame:
    """Each answer once for its team, its agent and its model."""
    given = facts.landing["survey_responses"]
    given = given[given["responded_at"] < facts.as_of + DAY]
    given = given.assign(
        day=given["responded_at"].dt.normalize(),
        quarter_start=quarter_of(given["responded_at"]),
    )
    placed = facts.person_days[["worker_id", "day", "team_id"]]
    placed = placed.rename(columns={"team_id": "position_team"})
    given = given.merge(placed, on=["worker_id", "day"], how="left")
    given["team"] = given["position_team"].combine_first(given["team_id"])
    given["team"] = given["team"].mask(given["customer"].fillna(False).astype(bool))
    parts = [
        part.assign(subject_type=kind, subject_id=part[column])
        for kind, column, part in (
            ("team", "team", given),
            ("agent", "agent_id", given),
            ("model", "model_id", given),
        )
    ]
    return pd.concat(parts).dropna(subset=["subject_id"])


def survey_measures(given: pd.DataFrame) -> pd.DataFrame:
    """Of each question, how many answers and people, and what they say.

    Somebody named is one person; every answer without a name is another.
    """
    rows = given[SUBJECT].drop_duplicates().set_index(SUBJECT)
    person = given["worker_id"].combine_first(given["response_id"] + " of nobody")
    given = given.assign(person=person)
    for question in QUESTIONS:
        asked = given[given["question"] == question]
        by = [asked[key] for key in SUBJECT]
        score = asked["score"]
        if question == "nps":
            score = 100 * ((score >= 9).astype(float) - (score <= 6))
        rows[f"{question}_responses"] = score.groupby(by).size()
        rows[f"{question}_people"] = asked["person"].groupby(by).nunique()
        rows[question] = score.groupby(by).mean()
    return rows.astype(float).reset_index()


def overrides(facts: Facts) -> pd.DataFrame:
    """Random reviews and those that did not accept, by team and by agent, how many people wrote
    them, and how many of those wrote for no team that is shown."""
    reviews = reviews_known(facts)
    reviews = reviews[reviews["selection"] == "random"]
    overridden = reviews["verdict"].isin(["correct", "reject"])
    reviews = reviews.assign(overridden=overridden, person=reviewers(reviews))
    teams = team_quarters(facts)
    shown = pd.MultiIndex.from_frame(teams.loc[~teams["is_suppressed"], QUARTER])
    of_team = reviews.groupby(QUARTER)["person"].nunique()
    shown = shown.intersection(of_team[of_team >= facts.threshold("min_cohort_size")].index)
    is_told = pd.MultiIndex.from_frame(reviews[QUARTER]).isin(shown)
    parts = [
        reviews.assign(subject_type="team", subject_id=reviews["team_id"], apart=None),
        reviews.assign(
            subject_type="agent",
            subject_id=reviews["agent_id"],
            apart=reviews["person"].mask(is_told),
        ),
    ]
    judged = pd.concat(parts).dropna(subset=["subject_id"]).groupby(SUBJECT)
    sums = judged["overridden"].agg(reviewed="size", overridden="sum")
    people = {"reviewers": judged["person"].nunique(), "reviewers_apart": judged["apart"].nunique()}
    return sums.assign(**people).astype(float).reset_index()


def reviewers(reviews: pd.DataFrame) -> pd.Series:
    """Who wrote each review; one that names nobody has somebody of its own."""
    return reviews["reviewer_id"].combine_first(reviews["review_id"] + " of nobody")


def left_over(given: pd.DataFrame, teams: pd.DataFrame, question: str) -> pd.Series:
    """By subject, people whose answers to a question are in no team's row that shows it."""
    shown = teams.loc[teams[f"{question}_responses"].gt(0), QUARTER]
    shown = pd.MultiIndex.from_frame(shown)
    asked = given[given["question"] == question]
    placed = pd.MultiIndex.from_frame(asked[["team", "quarter_start"]])
    rest = asked[~placed.isin(shown)]
    person = rest["worker_id"].combine_first(rest["response_id"] + " of nobody")
    return person.groupby([rest[key] for key in SUBJECT]).nunique()


def trust(facts: Facts) -> pd.DataFrame:
    given = answers(facts)
    rows = survey_measures(given).merge(overrides(facts), on=SUBJECT, how="outer")
    counts = [*REVIEWS, *COUNTS, *REVIEWERS]
    rows[counts] = rows[counts].fillna(0.0)
    is_team = rows["subject_type"] == "team"
    least = facts.threshold("min_cohort_size")
    rows = hide(rows, REVIEWS, rows[REVIEWERS].apply(lambda p: p.between(1, least - 1)).any(axis=1))
    teams = _team_rows(facts, rows[is_team], least)
    others = rows[~is_team].reset_index(drop=True)
    hidden = {}
    for name in QUESTIONS:
        rest = left_over(given, teams, name)
        rest = rest.reindex(pd.MultiIndex.from_frame(others[SUBJECT])).to_numpy()
        told = pd.Series(rest, others.index).between(1, least - 1)
        hidden[name] = (others[f"{name}_people"] < least) | told
    return pd.concat([teams, _told(others, hidden)], ignore_index=True)


def _team_rows(facts: Facts, rows: pd.DataFrame, least: float) -> pd.DataFrame:
    measures = rows.rename(columns={"subject_id": "team_id"}).drop(columns="subject_type")
    asked = [f"{name}_responses" for name in QUESTIONS]
    teams = fill(facts, measures, "quarter", [*asked, "reviewed"])
    teams = teams.merge(team_quarters(facts)[[*QUARTER, "department"]], on=QUARTER)
    hidden = {}
    for name in QUESTIONS:
        size = f"{name}_people"
        small = teams["is_suppressed"] | (teams[size] < least)
        hidden[name] = hidden_teams(teams, small, size, least)
    teams = _told(hide(teams, REVIEWS), hidden)
    return teams.assign(subject_type="team", subject_id=teams["team_id"])


def _told(rows: pd.DataFrame, hidden: dict[str, pd.Series]) -> pd.DataFrame:
    rows["override_rate"] = ratio(rows["overridden"], rows["reviewed"])
    rows["trust_score"] = 1 - rows["override_rate"]
    for name in QUESTIONS:
        rows = hide(rows, [name, f"{name}_responses"], hidden[name])
    shown = [f"{name}_responses" for name in QUESTIONS]
    rows["responses"] = rows[shown].sum(axis=1, min_count=1)
    return rows.assign(is_suppressed=rows["responses"].isna())
