"""Small companies whose people move, leave and keep silent, and what really happened in them.

What belongs here: drawing people, teams and what they did, and their landing files. What does not:
what is published of it, and attacking that.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from tests.torture.landing import land

FIRST, LAST = pd.Timestamp("2025-10-01"), pd.Timestamp("2026-03-31")
# Hours of the baseline are those of whole months, so that an attacker can subtract them.
BASELINE_END = pd.Timestamp("2025-12-28")
FEATURES = ("document-search", "code-completion", "triage-assistant")
QUESTIONS = {"csat": 5, "nps": 10, "trust": 5}
# workflow: its department and agent, as the seeds have them
WORKFLOWS = {
    "refunds": ("support", "refund-clerk"),
    "support-tickets": ("support", "ticket-resolver"),
    "patient-triage": ("clinical", "triage-guide"),
    "code-changes": ("engineering", "code-helper"),
    "invoice-matching": ("finance", "invoice-matcher"),
}
PROFILES = {
    "support": ("support specialist", "lead"),
    "clinical": ("triage nurse", "lead"),
    "engineering": ("software engineer", "lead"),
    "finance": ("accounts clerk", "lead"),
}


@dataclass
class Organisation:
    """What happened: one table of rows for each feed, with the columns of its files."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, feed: str, **row: object) -> None:
        self.rows.setdefault(feed, []).append(row)

    def table(self, feed: str) -> pd.DataFrame:
        return pd.DataFrame(self.rows[feed])

    def write(self, landing: Path) -> None:
        for feed in self.rows:
            land(landing / feed / f"{feed}.csv", self.table(feed).to_csv(index=False).encode())


@dataclass(frozen=True)
class Team:
    """Some people of a department, one of the profiles or several, and what they work on.

    shrinks: the day on which all but two of them leave.
    """

    name: str
    department: str
    people: tuple[str, ...]
    profiles: tuple[str, ...]
    workflows: tuple[str, ...]
    shrinks: pd.Timestamp | None = None


def crafted() -> Organisation:
    """The cases that have told something before: an agent that only one small team reviews, a
    workflow of two people, and a baseline of which one month is of few."""
    chance = Random(1)
    teams = [
        _team("support-a", "support", 3, 1, ("refunds",)),
        _team("support-b", "support", 7, 1, ("support-tickets",)),
        _team("support-c", "support", 9, 2, ("support-tickets", "refunds")),
        _team("clinical-a", "clinical", 2, 1, ("patient-triage",)),
        _team("engineering-a", "engineering", 6, 1, ("code-changes",)),
        _team("engineering-b", "engineering", 8, 2, ("code-changes",)),
        replace(
            _team("finance-a", "finance", 6, 1, ("invoice-matching",)),
            shrinks=pd.Timestamp("2025-11-28"),
        ),
    ]
    return _live(teams, chance, busy=0.95)


def drawn(seed: int) -> Organisation:
    """Departments of one to six teams of one to twelve people."""
    chance = Random(seed)
    teams = []
    for department in chance.sample(sorted(PROFILES), chance.randint(2, 4)):
        known = [name for name, (owner, _) in WORKFLOWS.items() if owner == department]
        for number in range(chance.randint(1, 6)):
            workflows = tuple(chance.sample(known, chance.randint(1, len(known))))
            size, profiles = chance.randint(1, 12), chance.randint(1, 2)
            teams.append(_team(f"{department}-{number}", department, size, profiles, workflows))
    return _live(teams, chance, busy=chance.choice([0.5, 0.8, 0.95]))


def _team(name: str, department: str, size: int, profiles: int, workflows: tuple[str, ...]) -> Team:
    people = tuple(f"{name}-{number}" for number in range(size))
    return Team(name, department, people, PROFILES[department][:profiles], workflows)


def _live(teams: list[Team], chance: Random, busy: float) -> Organisation:
    """Let everybody work, use, review and answer, week by week; busy: how likely each."""
    company = Organisation()
    for team in teams:
        for number, person in enumerate(team.people):
            silent = chance.random() < 0.1
            stays = [(team, FIRST, None)]
            if not team.shrinks and chance.random() < 0.15:
                moved = chance.choice(teams)
                day = chance.choice(pd.date_range("2025-11-15", "2026-03-01"))
                stays = [(team, FIRST, day), (moved, day, None)]
            elif team.shrinks and number > 1:
                stays = [(team, FIRST, team.shrinks)]
            elif chance.random() < 0.2:
                first = chance.choice(pd.date_range(FIRST, "2026-02-01"))
                last = chance.choice(pd.date_range(first, LAST))
                stays = [(team, first, last)]
            for place, since, until in stays:
                profile = place.profiles[number % len(place.profiles)]
                company.add(
                    "hr_positions", worker_id=person, effective_from=since, effective_to=until,
                    job_profile=profile, team_id=place.name, department=place.department,
                    country="US", worker_type="employee", fte_percent=100,
                    annual_base_pay=chance.randrange(40_000, 120_000), currency="USD",
                )  # fmt: skip
                if not silent:
                    last = LAST if until is None else until - pd.Timedelta(days=1)
                    for day in pd.date_range(since, last, freq="7D"):
                        if chance.random() < busy:
                            _week(company, chance, place, person, day)
    _customers(company, chance)
    for number in range(2):
        company.add(
            "timesheets", worker_id=f"outside-{number}", work_date=LAST, activity="other",
            workflow_id=None, agent_id=None, work_item_id=None, hours=1,
        )  # fmt: skip
    return company


def _week(
    company: Organisation, chance: Random, team: Team, person: str, day: pd.Timestamp
) -> None:
    """What somebody did on a day of a week: hours, an item, a review, use, an answer."""
    workflow = chance.choice(team.workflows)
    agent = WORKFLOWS[workflow][1]
    item = f"i{len(company.rows.get('work_items', []))}"
    by_agent = day > BASELINE_END and chance.random() < 0.5
    if day <= BASELINE_END or day >= pd.Timestamp("2026-01-01"):
        company.add(
            "timesheets", worker_id=person, work_date=day, activity="production",
            workflow_id=workflow, agent_id=None, work_item_id=None,
            hours=chance.randrange(4, 32) / 4,
        )  # fmt: skip
    opened = day + pd.Timedelta(hours=8)
    company.add(
        "work_items", work_item_id=item, workflow_id=workflow, team_id=team.name,
        opened_at=opened, first_closed_at=opened + pd.Timedelta(hours=1),
        resolved_at=opened + pd.Timedelta(hours=1), updated_at=opened + pd.Timedelta(hours=1),
        status="resolved", handled_by="agent" if by_agent else "human",
        agent_id=agent if by_agent else None, worker_id=None if by_agent else person,
        business_value_usd=10, ai_assisted=str(chance.random() < 0.3).lower(),
    )  # fmt: skip
    if by_agent and chance.random() < 0.6:
        company.add(
            "agent_reviews", review_id=f"r{item}", work_item_id=item, agent_id=agent,
            reviewer_id=person, team_id=team.name, reviewed_at=opened + pd.Timedelta(hours=3),
            selection="random", verdict=chance.choice(["accept", "accept", "correct", "reject"]),
            adjudicated_verdict=chance.choice([None, "accept", "reject"]), review_minutes=5,
        )  # fmt: skip
    for feature in FEATURES[: chance.randint(0, 3)]:
        company.add(
            "feature_usage", usage_date=day, worker_id=person, feature_id=feature, sessions=1,
            input_tokens=chance.randrange(100, 900), output_tokens=10,
        )  # fmt: skip
    if chance.random() < 0.2:
        _answer(company, chance, day, worker_id=person, team_id=team.name, agent_id=agent)


def _customers(company: Organisation, chance: Random) -> None:
    for _ in range(40):
        day = chance.choice(pd.date_range("2026-01-01", LAST))
        agent = chance.choice([agent for _, agent in WORKFLOWS.values()])
        _answer(company, chance, day, agent_id=agent, customer="true")


def _answer(company: Organisation, chance: Random, day: pd.Timestamp, **who: object) -> None:
    question = chance.choice(sorted(QUESTIONS))
    row = {"worker_id": None, "team_id": None, "agent_id": None, "customer": "false"} | who
    company.add(
        "survey_responses", response_id=f"s{len(company.rows.get('survey_responses', []))}",
        survey_id="s", question=question, responded_at=day,
        score=chance.randint(1, QUESTIONS[question]), **row,
    )  # fmt: skip
