"""How people take up assistants and what they think of agents: feature usage and surveys.

What belongs here: who uses which feature on which day, who answers what, and their files. What
does not: what agents do (work.py), what reviewers find (reviews.py).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from demo.files import Landing, day_text, stamp, taken_from, weekly_then_daily
from demo.people import People
from demo.plan import DAY, DAYS, Plan, day_number, department_of

QUESTIONS = ["csat", "nps", "trust", "fluency"]
DOUBTED_AGENT, DOUBTED_SINCE, DOUBT = "triage-guide", date(2026, 4, 28), 1.5
# Weeks in which the staff is asked, from Monday on.
WAVES = (date(2026, 2, 23), date(2026, 3, 16), date(2026, 5, 11), date(2026, 6, 8))
ANSWERS = 0.7
NAMELESS = 0.1
# How people answer on average, on each question's own scale.
MIDDLES = {"csat": 4.0, "nps": 8.0, "trust": 4.1, "fluency": 3.6}
SPREADS = {"csat": 0.7, "nps": 1.6, "trust": 0.6, "fluency": 0.8}
CUSTOMERS_A_WEEK, CUSTOMERS_SINCE = 8, date(2026, 3, 2)


@dataclass(frozen=True)
class FeaturePlan:
    """One feature as planted.

    share: of the eligible who take it up within ramp_days of the launch. daily: probability that
    a user uses it on a working day. input_tokens, output_tokens: a day; 0 where it tells none.
    """

    feature_id: str
    departments: tuple[str, ...]
    launched: date
    ramp_days: int
    share: float
    daily: float
    shown: int
    input_tokens: int = 0
    output_tokens: int = 0


FEATURES = (
    FeaturePlan("triage-assistant", ("clinical",), date(2026, 2, 16), 100, 0.90, 0.7, 12, 500, 120),
    FeaturePlan("code-completion", ("engineering",), date(2026, 1, 5), 9, 0.85, 0.6, 90, 4000, 900),
    FeaturePlan("document-search", (), date(2026, 3, 2), 20, 0.40, 0.2, 3),
)  # fmt: skip


@dataclass
class FeatureUse:
    """One entry a person, day and feature."""

    feature: np.ndarray
    worker: np.ndarray
    day: np.ndarray
    sessions: np.ndarray
    shown: np.ndarray
    accepted: np.ndarray
    tokens_in: np.ndarray
    tokens_out: np.ndarray


def make_feature_use(rng: np.random.Generator, people: People) -> FeatureUse:
    """Draw who starts when, and on which days each uses it."""
    parts = []
    for number, feature in enumerate(FEATURES):
        here = [people.departments.index(name) for name in feature.departments]
        member = people.department[:, -1]
        eligible = np.flatnonzero(np.isin(member, here) if here else member >= 0)
        # Those who take it up do so one after the other, spread over all teams.
        place = (np.arange(len(eligible)) * 0.6180339887 + rng.random()) % 1.0
        start = day_number(feature.launched) + (place / feature.share * feature.ramp_days)
        start = np.where(place < feature.share, start, DAYS).astype(np.int64)
        uses = people.present[eligible] & (np.arange(DAYS)[None, :] >= start[:, None])
        uses &= rng.random(uses.shape) < feature.daily
        row, day = np.nonzero(uses)
        size = len(row)
        shown = 1 + rng.poisson(feature.shown, size)
        factor = rng.gamma(4, 0.25, size)
        parts.append([
            np.full(size, number), eligible[row], day, 1 + rng.poisson(1.5, size), shown,
            rng.binomial(shown, 0.45), (feature.input_tokens * factor).astype(np.int64),
            (feature.output_tokens * factor).astype(np.int64),
        ])  # fmt: skip
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return FeatureUse(*columns)


def write_feature_use(use: FeatureUse, landing: Landing) -> None:
    """A row a person, day and feature; tokens are empty where the feature tells none."""
    rows = pa.table({name: getattr(use, name) for name in FeatureUse.__dataclass_fields__})
    names = [feature.feature_id for feature in FEATURES]
    select = f"""
        select
            {day_text("day")} as usage_date, worker_id(worker) as worker_id,
            {names}[feature + 1] as feature_id, sessions, shown as suggestions_shown,
            accepted as suggestions_accepted, nullif(tokens_in, 0) as input_tokens,
            nullif(tokens_out, 0) as output_tokens
        from rows order by day, worker, feature
    """
    landing.csv_by_period("feature_usage", taken_from(rows), use.day, weekly_then_daily(), select)


def write_surveys(rng: np.random.Generator, plan: Plan, people: People, landing: Landing) -> None:
    """The staff's waves and the customers' answers, each on its day."""
    parts = [
        _wave(rng, plan, people, number, agent)
        for number in range(len(WAVES)) for agent in range(len(plan.agents))
        if day_number(WAVES[number]) >= plan.deployed[agent]
    ]  # fmt: skip
    rows = pa.concat_tables([*parts, _customers(rng, plan)])
    order = np.argsort(rows["answered"].to_numpy(), kind="stable")
    rows = rows.take(pa.array(order)).append_column("number", pa.array(np.arange(len(order))))
    agents = [agent.agent_id for agent in plan.agents]
    select = f"""
        select
            printf('S%06d', number + 1) as response_id,
            case when customer then 'customers' else 'staff-' || (wave + 1) end as survey_id,
            {QUESTIONS}[question + 1] as question, {stamp("answered")} as responded_at, score,
            case when worker >= 0 then worker_id(worker) end as worker_id,
            case when team >= 0 then {people.teams}[team + 1] end as team_id,
            {agents}[agent + 1] as agent_id,
            case when {agents}[agent + 1] = '{DOUBTED_AGENT}' then 'triage-urgency' end as model_id,
            case when customer then 'true' else 'false' end as customer
        from rows order by number
    """
    landing.csv_by_period(
        "survey_responses", taken_from(rows), rows["answered"].to_numpy() // DAY,
        weekly_then_daily(), select,
    )  # fmt: skip


def _wave(
    rng: np.random.Generator, plan: Plan, people: People, number: int, agent: int
) -> pa.Table:
    """What the people of an agent's department answer in one wave; some do not give their name."""
    day = day_number(WAVES[number])
    department = department_of(plan, plan.agent_workflow[agent])
    staff = np.flatnonzero(people.department[:, day] == department)
    staff = staff[rng.random(len(staff)) < ANSWERS]
    worker, question = np.repeat(staff, len(QUESTIONS)), np.tile(range(4), len(staff))
    doubted = plan.agents[agent].agent_id == DOUBTED_AGENT and WAVES[number] >= DOUBTED_SINCE
    nameless = np.repeat(rng.random(len(staff)) < NAMELESS, len(QUESTIONS))
    answered = day * DAY + rng.integers(8 * 3600, 4 * DAY + 17 * 3600, len(staff))
    return pa.table({
        "wave": np.full(len(worker), number), "question": question,
        "answered": np.repeat(answered, len(QUESTIONS)),
        "score": _scores(rng, question, DOUBT if doubted else 0.0),
        "worker": np.where(nameless, -1, worker),
        "team": people.team[worker, day].astype(np.int64),
        "agent": np.full(len(worker), agent), "customer": np.zeros(len(worker), bool),
    })  # fmt: skip


def _customers(rng: np.random.Generator, plan: Plan) -> pa.Table:
    """Customers' csat and nps on the agents they write to; they have no name and no team."""
    asked = [plan.workflows[workflow].workflow_id for workflow in plan.agent_workflow]
    served = np.flatnonzero(np.isin(asked, ("support-tickets", "refunds")))
    weeks = np.arange(day_number(CUSTOMERS_SINCE), DAYS, 7)
    first = np.repeat(weeks, CUSTOMERS_A_WEEK * len(served))
    agent = np.tile(np.repeat(served, CUSTOMERS_A_WEEK), len(weeks))
    question = np.arange(len(first)) % 2
    nobody = np.full(len(first), -1)
    return pa.table({
        "wave": nobody, "question": question,
        "answered": first * DAY + rng.integers(0, 7 * DAY, len(first)),
        "score": _scores(rng, question, 0.3), "worker": nobody, "team": nobody, "agent": agent,
        "customer": np.ones(len(first), bool),
    })  # fmt: skip


def _scores(rng: np.random.Generator, question: np.ndarray, doubt: float) -> np.ndarray:
    """Whole scores on each question's scale; doubt lowers trust, and half as much the others.

    Scores are spread evenly around their middle: a change means that something changed.
    """
    scores = np.zeros(len(question), dtype=np.int64)
    for number, name in enumerate(QUESTIONS):
        mine = np.flatnonzero(question == number)
        share = (rng.permutation(len(mine)) + 0.5) / len(mine) if len(mine) else np.zeros(0)
        lowered = doubt * (1.0 if name == "trust" else 0.5) * (2 if name == "nps" else 1)
        middle = MIDDLES[name] - lowered
        values = middle + SPREADS[name] * 0.55 * np.log(share / (1 - share))
        low, high = (0, 10) if name == "nps" else (1, 5)
        scores[mine] = np.clip(np.round(values), low, high).astype(np.int64)
    return scores


def adoption_truth(use: FeatureUse, people: People) -> list[dict[str, object]]:
    """People who used each feature on any day, by department and feature."""
    rows: list[dict[str, object]] = []
    for number, feature in enumerate(FEATURES):
        users = np.unique(use.worker[use.feature == number])
        department = people.department[users, :].max(axis=1)
        for place, name in enumerate(people.departments):
            count = int((department == place).sum())
            if count:
                rows.append({"feature_id": feature.feature_id, "department": name, "users": count})
    return rows
