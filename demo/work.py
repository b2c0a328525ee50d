"""The work: items, who handles them, how they end, and what comes back.

What belongs here: the life of every work item and every run on it. What does not: hours spent on
them (hours.py), the spans of a run (spans.py), reviews (reviews.py).
"""

import numpy as np

from demo.people import People
from demo.plan import (
    BLOATED_FACTOR,
    BLOATED_FROM,
    BLOATED_TEAM,
    DAY,
    DAYS,
    HUMAN_RESOLVED,
    RAMP_WEEKS,
    SMALLEST_WEEKLY_VOLUME,
    Plan,
    day_number,
    department_of,
    effort_minutes,
    working_time,
)
from demo.records import (
    ABANDONED,
    AGENT,
    ESCALATED,
    FAILED,
    HUMAN,
    HYBRID,
    NEVER,
    RESOLVED,
    Items,
    Runs,
    concat,
    subset,
)
from demo.returns import export_and_return, make_rework


def make_work(
    rng: np.random.Generator, plan: Plan, people: People, scale: float
) -> tuple[Items, Runs]:
    """Draw all items of all workflows, the rework they cause, and the runs."""
    items, runs, total = [], [], 0
    for workflow in range(len(plan.workflows)):
        made, made_runs = _workflow(rng, plan, people, workflow, scale)
        made_runs.item = np.where(made_runs.item >= 0, made_runs.item + total, -1)
        total += len(made)
        items.append(made)
        runs.append(made_runs)
    first = concat(items)
    everything = concat([first, *make_rework(rng, plan, people, first)])
    all_runs = concat(runs)
    return everything, subset(all_runs, np.argsort(all_runs.start, kind="stable"))


def _openings(rng: np.random.Generator, plan: Plan, workflow: int, scale: float) -> np.ndarray:
    """Opening times, ascending, between 7 and 20 o'clock."""
    spec = plan.workflows[workflow]
    weekday = np.arange(DAYS) % 7
    weights = np.where(weekday < 5, 1 / 5, 0.0)
    if spec.seven_days:
        weights = np.where(weekday < 5, 0.15, 0.125)
    weekly = max(SMALLEST_WEEKLY_VOLUME, spec.weekly_items * scale)
    growth = 1 + 0.10 * np.arange(DAYS) / DAYS
    counts = np.floor(weekly * weights * growth + rng.random(DAYS) * (weights > 0)).astype(np.int64)
    day = np.repeat(np.arange(DAYS), counts)
    return np.sort(day * DAY + (7 * 3600 + rng.random(len(day)) * 13 * 3600).astype(np.int64))


def _assign(rng: np.random.Generator, plan: Plan, workflow: int, opened: np.ndarray) -> np.ndarray:
    """The agent that takes each item, or -1: spread evenly over the items."""
    day = opened // DAY
    place = (np.arange(len(day)) * 0.6180339887 + rng.random()) % 1.0
    agent, low = np.full(len(day), -1), np.zeros(DAYS)
    for number, spec in enumerate(plan.agents):
        if plan.agent_workflow[number] != workflow:
            continue
        weeks = (np.arange(DAYS) - plan.deployed[number]) // 7 + 1
        share = spec.share * np.clip(weeks / RAMP_WEEKS, 0, 1)
        high = low + np.where(np.arange(DAYS) >= plan.deployed[number], share, 0)
        agent[(place >= low[day]) & (place < high[day])] = number
        low = high
    return agent


def _workflow(
    rng: np.random.Generator, plan: Plan, people: People, workflow: int, scale: float
) -> tuple[Items, Runs]:
    spec, department = plan.workflows[workflow], department_of(plan, workflow)
    opened = _openings(rng, plan, workflow, scale)
    agent = _assign(rng, plan, workflow, opened)
    number = len(opened)
    taken = agent >= 0
    runs, ended, second_failed, failed_over = _runs_on_items(rng, plan, opened, agent)
    # How an item ends whose last run did not fail: completed, handed over (hybrid), resolved by
    # the agent with a hand-over on the way, escalated, abandoned.
    kind = rng.choice(5, number, p=[0.84, 0.10, 0.01, 0.03, 0.02])
    by_agent = taken & ~failed_over
    completed = by_agent & ~second_failed & (kind == 0)
    handed = by_agent & ~second_failed & ((kind == 1) | (kind == 2))
    people_finish = ~taken | failed_over | (by_agent & ~second_failed & (kind == 1))
    handled = np.where(people_finish, HUMAN, AGENT)
    handled[people_finish & taken & ((rng.random(number) < 0.6) | ~failed_over)] = HYBRID
    human_status = rng.choice(
        [RESOLVED, ESCALATED, ABANDONED, FAILED], number, p=[HUMAN_RESOLVED, 0.03, 0.015, 0.005]
    )
    agent_status = np.array([RESOLVED, RESOLVED, RESOLVED, ESCALATED, ABANDONED])[kind]
    agent_status = np.where(second_failed, FAILED, agent_status)
    status = np.where(people_finish, human_status, agent_status)
    latency = spec.latency_minutes * 60 * rng.lognormal(0, 0.6, number)
    by_people = working_time(plan, workflow, (ended + latency).astype(np.int64))
    closed = np.where(people_finish, by_people, ended + rng.integers(5, 90, number))
    last_of_item = np.full(number, -1)
    last_of_item[runs.item] = np.arange(len(runs))  # a later run of an item overwrites
    runs.handed_over[last_of_item[handed]] = True
    day = np.minimum(closed // DAY, DAYS - 1)
    right = np.zeros(number)
    for each in np.unique(agent[taken]):
        by_day = np.array([plan.accuracy(each, when) for when in range(DAYS)])
        right = np.where(agent == each, by_day[day], right)
    correct = rng.random(number) < np.where(completed, right, 1.0)
    # Spread evenly over the people present, so that teams get their share of every month.
    present = people.present_count[opened // DAY, department]
    place = ((np.arange(number) * 0.4142135624 + rng.random()) % 1.0 * present).astype(np.int64)
    worker = people.on_day(np.full(number, department), opened // DAY, place)
    minutes = effort_minutes(plan, workflow) * rng.gamma(4, 0.25, number)
    assisted = rng.random(number) < spec.assisted
    items = Items(
        workflow=np.full(number, workflow), opened=opened, worker=worker,
        team=people.team[worker, opened // DAY], agent=agent, status=status, handled=handled,
        closed=closed, closed_known=closed, completed=completed, correct=correct,
        returned=np.full(number, NEVER), in_window=np.zeros(number, bool),
        redone=np.zeros(number, bool), closed_again=np.full(number, NEVER),
        caused_by=np.full(number, -1),
        effort=np.where(people_finish, minutes * np.where(handled == HYBRID, 0.6, 1.0), 0.0),
        value=np.round(spec.value_usd * rng.lognormal(0, 0.3, number), 2),
        assisted=assisted & ~taken & (opened // DAY > plan.baseline_end),
    )  # fmt: skip
    export_and_return(rng, plan, people, workflow, items)
    runs.team, runs.worker = items.team[runs.item], items.worker[runs.item]
    bloated = people.teams.index(BLOATED_TEAM)
    since = day_number(BLOATED_FROM) * DAY
    runs.tokens_factor = np.where(
        (runs.team == bloated) & (runs.start >= since), BLOATED_FACTOR, 1.0
    )
    return items, runs


def _runs_on_items(
    rng: np.random.Generator, plan: Plan, opened: np.ndarray, agent: np.ndarray
) -> tuple[Runs, np.ndarray, np.ndarray, np.ndarray]:
    """The runs; per item when work on it ended, whether the second run failed too, and whether
    a failed first run handed over. Every run fails with the agent's one probability."""
    index = np.flatnonzero(agent >= 0)
    who = agent[index]
    fails = np.array([spec.fails for spec in plan.agents])[who]
    middle = np.array([spec.minutes for spec in plan.agents])[who] * 60
    lengths = np.minimum(middle * rng.lognormal(0, 0.4, (2, len(index))), 3600).astype(np.int64) + 5
    start = opened[index] + rng.integers(20, 600, len(index))
    end = start + lengths[0]
    failed = rng.random((2, len(index))) < fails
    over = failed[0] & (rng.random(len(index)) < 0.5)
    again = failed[0] & ~over
    start_again = end + rng.integers(60, 300, len(index))
    last_end = np.where(again, start_again + lengths[1], end)
    ended, second_failed, failed_over = (
        opened.copy(),
        np.zeros(len(opened), bool),
        np.zeros(len(opened), bool),
    )
    ended[index], second_failed[index], failed_over[index] = last_end, again & failed[1], over

    def part(chosen: np.ndarray, begin: np.ndarray, finish: np.ndarray, bad: np.ndarray) -> Runs:
        size = int(chosen.sum())
        return Runs(
            who[chosen], index[chosen], np.zeros(size, np.int64), np.zeros(size, np.int64),
            begin[chosen], finish[chosen], bad[chosen],
            over[chosen] if bad is failed[0] else np.zeros(size, bool), np.ones(size),
        )  # fmt: skip

    everything = np.ones(len(index), bool)
    first, second = (
        part(everything, start, end, failed[0]),
        part(again, start_again, last_end, failed[1]),
    )
    return concat([first, second]), ended, second_failed, failed_over
