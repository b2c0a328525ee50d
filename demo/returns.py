"""What comes back: reopened items, and items that redo others, in the same workflow or another.

What belongs here: which resolved items return, when and how, and the rework items. What does not:
their first life (work.py), hours spent on them (hours.py).
"""

import numpy as np

from demo.people import People
from demo.plan import (
    ASSISTED_RETURNED,
    CAUSED_SHARE,
    DAY,
    DAYS,
    HUMAN_RESOLVED,
    HUMAN_RETURNED,
    LATE_RETURN,
    SLOP_RETURNED,
    SLOP_TEAM,
    Plan,
    department_of,
    effort_minutes,
    working_time,
)
from demo.records import ABANDONED, AGENT, END, HUMAN, NEVER, RESOLVED, Items


def export_and_return(
    rng: np.random.Generator, plan: Plan, people: People, workflow: int, items: Items
) -> None:
    """Set when closings were exported, and which resolved items come back, when and how."""
    spec, number = plan.workflows[workflow], len(items)
    resolved = items.status == RESOLVED
    items.closed_known = items.closed + rng.integers(20, 200, number)
    if not spec.keeps_first_close:
        # Nothing but the export time tells when an unresolved item closed.
        items.closed = np.where(resolved, items.closed, items.closed_known)
    agent = np.maximum(items.agent, 0)
    wrong = np.array([each.returned_wrong for each in plan.agents])[agent]
    right = np.array([each.returned_right for each in plan.agents])[agent]
    chance = np.where(items.completed, np.where(items.correct, right, wrong), HUMAN_RETURNED)
    slop = items.team == people.teams.index(SLOP_TEAM)
    checked = np.where(slop, SLOP_RETURNED, ASSISTED_RETURNED)
    chance = np.where(items.assisted, checked, chance)
    people_resolved = resolved & (items.handled != AGENT)
    draws = rng.random(number)
    items.in_window = (items.completed | people_resolved) & (draws < chance)
    late = people_resolved & ~items.in_window & (draws > 1 - LATE_RETURN)
    window = plan.windows[workflow] * DAY
    after = np.where(late, rng.uniform(1.05, 1.3, number), rng.uniform(0.03, 0.97, number)) * window
    comes_back = items.in_window | late
    items.returned = np.where(comes_back, items.closed + after.astype(np.int64), NEVER)
    elsewhere = np.array([each.rework_in is not None for each in plan.agents])[agent]
    always = items.completed & elsewhere
    items.redone = items.in_window & (always | (rng.random(number) < CAUSED_SHARE))
    again = items.returned + spec.latency_minutes * 60 * rng.lognormal(0, 0.4, number)
    again = working_time(plan, workflow, again.astype(np.int64))
    items.closed_again = np.where(comes_back & ~items.redone, again, NEVER)


def make_rework(rng: np.random.Generator, plan: Plan, people: People, items: Items) -> list[Items]:
    """The items people open to redo others: in the same workflow, or where an agent's land."""
    names = [workflow.workflow_id for workflow in plan.workflows]
    target_of = np.array([names.index(a.rework_in) if a.rework_in else -1 for a in plan.agents])
    causes = np.flatnonzero(items.redone & (items.returned < END) & items.is_closed)
    agent = np.where(items.completed[causes], items.agent[causes], -1)
    target = np.where(agent >= 0, target_of[agent], -1)
    target = np.where(target >= 0, target, items.workflow[causes])
    effort = np.where(agent >= 0, np.array([a.rework_effort for a in plan.agents])[agent], 0.8)
    parts = []
    for workflow in range(len(names)):
        mine = target == workflow
        opened, number = items.returned[causes[mine]], int(mine.sum())
        latency = plan.workflows[workflow].latency_minutes * 60 * rng.lognormal(0, 0.4, number)
        closed = working_time(plan, workflow, (opened + latency).astype(np.int64))
        day = np.minimum(working_time(plan, workflow, opened) // DAY, DAYS - 1)
        day = np.where(people.present_count[day, department_of(plan, workflow)] > 0, day, day - 2)
        place = rng.integers(0, 1 << 30, number)
        worker = people.on_day(np.full(number, department_of(plan, workflow)), day, place)
        ends = rng.choice([RESOLVED, ABANDONED], number, p=[HUMAN_RESOLVED, 1 - HUMAN_RESOLVED])
        none, never = np.zeros(number, bool), np.full(number, NEVER)
        parts.append(
            Items(
                workflow=np.full(number, workflow), opened=opened, worker=worker,
                team=people.team[worker, day], agent=never, handled=np.full(number, HUMAN),
                status=ends,
                closed=closed, closed_known=closed + rng.integers(20, 200, number),
                completed=none, correct=~none, returned=never, in_window=none, redone=none,
                closed_again=never, caused_by=causes[mine],
                effort=effort_minutes(plan, workflow) * effort[mine] * rng.gamma(4, 0.25, number),
                value=np.zeros(number), assisted=none,
            )
        )  # fmt: skip
    for part in parts:
        keeps = np.array([w.keeps_first_close for w in plan.workflows])[part.workflow]
        part.closed = np.where((part.status == RESOLVED) | keeps, part.closed, part.closed_known)
    return parts
