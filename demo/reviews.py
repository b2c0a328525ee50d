"""Reviews: who looked at which output, why it was chosen, and what was found.

What belongs here: the draw of random and targeted reviews, verdicts, adjudications, the
agent_reviews files. What does not: whether an output is right (work.py plants that).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo.files import Landing, stamp, taken_from, weekly_then_daily
from demo.people import People
from demo.plan import (
    DAY,
    DAYS,
    MISREAD,
    MISREAD_BY_THEM,
    OVER_RELIANT_TEAM,
    UNDER_RELIANT_TEAM,
    Plan,
    department_of,
    working_time,
)
from demo.records import END, Items

VERDICTS = ["accept", "correct", "reject"]
SEVERITIES = ["minor", "major", "critical"]
ACCEPT, CORRECT, REJECT = range(3)
# Random reviews an agent and week aims at, within these shares of the completed items.
WEEKLY_REVIEWS = 25
FEWEST, MOST = 0.12, 0.80
# Reading an output takes this share of making it.
READING_SHARE = 0.06
# Read again by a senior.
ADJUDICATED = 0.25
REVIEWER_OFFSET = "+05:30"


@dataclass
class Reviews:
    """One entry a review; reviewed in seconds; adjudicated, severity: code or -1."""

    item: np.ndarray
    agent: np.ndarray
    reviewer: np.ndarray
    reviewed: np.ndarray
    is_random: np.ndarray
    verdict: np.ndarray
    adjudicated: np.ndarray
    severity: np.ndarray
    minutes: np.ndarray

    def __len__(self) -> int:
        return len(self.item)


def review_share(plan: Plan, agent: int, scale: float) -> float:
    """The share of its completed items that is drawn for random review."""
    workflow = plan.workflows[plan.agent_workflow[agent]]
    completed = max(28.0, workflow.weekly_items * scale) * plan.agents[agent].share * 0.8
    return min(MOST, max(FEWEST, WEEKLY_REVIEWS / completed))


def make_reviews(
    rng: np.random.Generator, plan: Plan, people: People, items: Items, scale: float
) -> Reviews:
    """Draw random reviews of completed items, targeted ones of suspects, and second looks."""
    share = np.array([review_share(plan, agent, scale) for agent in range(len(plan.agents))])
    agent = np.maximum(items.agent, 0)
    done = items.completed & items.is_closed
    drawn = np.flatnonzero(done & (rng.random(len(items)) < share[agent]))
    # Somebody complained: targeted reviews find wrong outputs ten times as often as right ones.
    suspect = np.where(items.correct, 0.02, 0.20)
    targeted = np.flatnonzero(done & (rng.random(len(items)) < suspect))
    again = drawn[rng.random(len(drawn)) < 0.02]
    item = np.concatenate([drawn, targeted, again])
    kind = np.repeat([0, 1, 2], [len(drawn), len(targeted), len(again)])
    number = len(item)
    wait = np.minimum(rng.exponential(1.0, number), 5.0) * DAY + np.where(kind == 2, 7 * DAY, 600)
    reviewed = items.closed[item] + wait.astype(np.int64)
    for workflow in range(len(plan.workflows)):
        mine = items.workflow[item] == workflow
        reviewed[mine] = working_time(plan, workflow, reviewed[mine])
    truth = np.where(
        items.correct[item], ACCEPT, np.where(rng.random(number) < 0.6, REJECT, CORRECT)
    )
    making = np.array([workflow.baseline_minutes for workflow in plan.workflows])
    reading = np.clip(making * READING_SHARE, 1.5, 12)[items.workflow[item]]
    minutes = np.round(reading * rng.gamma(6, 1 / 6, number) + 0.1, 1)
    departments = np.array([department_of(plan, w) for w in range(len(plan.workflows))])
    place, draw = rng.integers(0, 1 << 30, number), rng.choice(3, number, p=[0.6, 0.3, 0.1])
    known = reviewed < END
    day = np.minimum(reviewed // DAY, DAYS - 1)
    count = people.present_count[day, departments[items.workflow[item]]]
    keep = np.flatnonzero(known & (count > 0))
    keep = keep[np.argsort(reviewed[keep], kind="stable")]
    chosen, truth, kind = item[keep], truth[keep], kind[keep]
    reviewer = people.on_day(departments[items.workflow[chosen]], day[keep], place[keep])
    adjudicated = (rng.random(len(keep)) < ADJUDICATED) & (kind != 2)
    first = _first_reading(rng, people, people.team[reviewer, day[keep]], truth, adjudicated)
    # A second look at an output says anything; only the first counts.
    first = np.where(kind == 2, rng.choice(3, len(keep)), first)
    return Reviews(
        item=chosen, agent=items.agent[chosen], reviewer=reviewer, reviewed=reviewed[keep],
        is_random=kind != 1, verdict=first,
        adjudicated=np.where(adjudicated, np.where(truth == ACCEPT, ACCEPT, REJECT), -1),
        severity=np.where(first == ACCEPT, -1, draw[keep]), minutes=minutes[keep],
    )  # fmt: skip


def _first_reading(
    rng: np.random.Generator, people: People, team: np.ndarray, truth: np.ndarray,
    adjudicated: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """What the reviewer said: some readings are wrong, each of them read again by a senior."""
    right = truth == ACCEPT
    over = (team == people.teams.index(OVER_RELIANT_TEAM)) & ~right
    under = (team == people.teams.index(UNDER_RELIANT_TEAM)) & right
    chance = np.where(over | under, MISREAD_BY_THEM, MISREAD)
    misread = adjudicated & (rng.random(len(truth)) < chance)
    return np.where(misread, np.where(right, CORRECT, ACCEPT), truth)


def write_reviews(
    plan: Plan, people: People, items: Items, reviews: Reviews, landing: Landing
) -> None:
    """Reviewers sit at UTC+05:30 and their tool exports its local time with the offset."""
    day = reviews.reviewed // DAY
    rows = pa.table({
        "number": np.arange(len(reviews)), "item": reviews.item,
        "workflow": items.workflow[reviews.item], "agent": reviews.agent,
        "reviewer": reviews.reviewer, "team": people.team[reviews.reviewer, day],
        "reviewed": reviews.reviewed, "is_random": reviews.is_random,
        "verdict": reviews.verdict, "adjudicated": reviews.adjudicated,
        "severity": reviews.severity, "minutes": reviews.minutes,
    })  # fmt: skip
    agents = [agent.agent_id for agent in plan.agents]
    select = f"""
        select
            printf('R%08d', number) as review_id, item_id(workflow, item) as work_item_id,
            {agents}[agent + 1] as agent_id, worker_id(reviewer) as reviewer_id,
            {people.teams}[team + 1] as team_id,
            {stamp("reviewed", REVIEWER_OFFSET)} as reviewed_at,
            case when is_random then 'random' else 'targeted' end as selection,
            {VERDICTS}[verdict + 1] as verdict,
            case adjudicated when 0 then 'accept' when 2 then 'reject' end as adjudicated_verdict,
            case when severity >= 0 then {SEVERITIES}[severity + 1] end as error_severity,
            printf('%.1f', minutes) as review_minutes
        from rows order by number
    """
    landing.csv_by_period("agent_reviews", taken_from(rows), day, weekly_then_daily(), select)
