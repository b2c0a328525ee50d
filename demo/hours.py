"""Hours: what people booked on which day, activity, workflow, agent and item.

What belongs here: turning the work into timesheets, and the timesheets files. What does not:
rates and costs.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo.files import Landing, day_text, taken_from, weekly_then_daily
from demo.people import People
from demo.plan import (
    DAY,
    DAYS,
    WORKFLOW_OVERHEAD,
    Plan,
    department_of,
    effort_minutes,
    working_time,
)
from demo.records import AGENT, END, ESCALATED, Items
from demo.reviews import Reviews

ACTIVITIES = ["production", "review", "oversight", "agent_ops", "rework", "leave", "other"]
PRODUCTION, REVIEW, OVERSIGHT, AGENT_OPS, REWORK, LEAVE, OTHER = range(7)
FULL_DAY = 800
BLOCK = 300
POOL_MINUTES = 0.4
OPS_SHARE = 0.3


@dataclass
class Hours:
    """One entry a booking; hours in hundredths (exact); workflow, agent, item: index or -1.

    for_workflow: the workflow the hours belong to, whether the booking names it or not.
    """

    worker: np.ndarray
    day: np.ndarray
    activity: np.ndarray
    workflow: np.ndarray
    agent: np.ndarray
    item: np.ndarray
    hundredths: np.ndarray
    for_workflow: np.ndarray

    def __len__(self) -> int:
        return len(self.worker)


class _Bookings:
    """Collects bookings; each is shared by as many present people as it has blocks of hours."""

    def __init__(self, rng: np.random.Generator, plan: Plan, people: People):
        self.rng, self.plan, self.people = rng, plan, people
        self.departments = np.array([department_of(plan, w) for w in range(len(plan.workflows))])
        self.parts: list[Hours] = []

    def pool(self, activity: int, minutes: np.ndarray, agent: int = -1) -> None:
        """Book minutes[workflow, day]; on the agent alone where one is named."""
        workflow, day = np.nonzero(minutes > 0)
        named = np.full(len(day), agent)
        none = np.full(len(day), -1)
        shown = none if agent >= 0 else workflow
        self.add(activity, minutes[workflow, day], day, workflow, shown, named, none)

    def add(
        self,
        activity: int,
        minutes: np.ndarray,
        day: np.ndarray,
        workflow: np.ndarray,
        shown: np.ndarray,
        agent: np.ndarray,
        item: np.ndarray,
        worker: np.ndarray | None = None,
    ) -> None:
        """Book minutes; where no worker is given they are shared out in blocks."""
        total = np.round(minutes * 100 / 60).astype(np.int64)
        present = self.people.present_count[day, self.departments[workflow]]
        size = np.clip(-(-total // BLOCK), 1, np.maximum(present, 1))
        if worker is not None:
            size = np.ones_like(total)
        booking = np.repeat(np.arange(len(total)), size)
        turn = np.arange(len(booking)) - np.repeat(np.cumsum(size) - size, size)
        part = total[booking] // size[booking] + (turn < (total % size)[booking])
        if worker is None:
            offset = self.rng.integers(0, 1 << 30, len(total))
            department = self.departments[workflow][booking]
            worker = self.people.on_day(department, day[booking], offset[booking] + turn)
        keep = part > 0
        rows = booking[keep]
        self.parts.append(
            Hours(
                worker[keep], day[rows], np.full(len(rows), activity), shown[rows], agent[rows],
                item[rows], part[keep], workflow[rows],
            )
        )  # fmt: skip


def make_hours(
    rng: np.random.Generator, plan: Plan, people: People, items: Items, reviews: Reviews
) -> Hours:
    """Book everything the work took, then fill each person's day."""
    book = _Bookings(rng, plan, people)
    workflows = len(plan.workflows)
    closed = items.is_closed

    def by_day(chosen: np.ndarray, moment: np.ndarray, minutes: np.ndarray | float) -> np.ndarray:
        """Sum of minutes by workflow and working day."""
        total = np.zeros((workflows, DAYS))
        rows = np.flatnonzero(chosen)
        weight = np.broadcast_to(minutes, len(items))[rows]
        for workflow in range(workflows):
            mine = items.workflow[rows] == workflow
            day = working_time(plan, workflow, moment[rows[mine]]) // DAY
            known = day < DAYS
            np.add.at(total[workflow], day[known], weight[mine][known])
        return total

    mean = np.array([effort_minutes(plan, w) for w in range(workflows)])[items.workflow]
    first_time = closed & (items.caused_by < 0)
    production = by_day(first_time & (items.effort > 0), items.closed, items.effort)
    escalated = closed & (items.handled == AGENT) & (items.status == ESCALATED)
    production += by_day(escalated, items.closed + DAY, mean)
    production += by_day((items.closed_again >= 0) & closed, items.closed_again, mean * 0.5)
    book.pool(PRODUCTION, production)
    book.pool(OTHER, production * WORKFLOW_OVERHEAD)
    unrealised = np.array([w.unrealised * w.baseline_minutes for w in plan.workflows])
    book.pool(OTHER, by_day(items.completed & closed, items.closed, unrealised[items.workflow]))
    first_agent = np.full(workflows, DAYS)
    np.minimum.at(first_agent, plan.agent_workflow, plan.deployed)
    watched = closed & (items.closed // DAY >= first_agent[items.workflow])
    book.pool(OVERSIGHT, by_day(watched, items.closed, POOL_MINUTES))
    for agent, spec in enumerate(plan.agents):
        minutes = by_day(closed & (items.agent == agent), items.closed, spec.oversight_minutes)
        book.pool(OVERSIGHT, minutes * (1 - OPS_SHARE), agent)
        book.pool(AGENT_OPS, minutes * OPS_SHARE, agent)
    _book_rework(book, plan, items)
    names = np.where(np.arange(len(reviews)) % 2 == 0, items.workflow[reviews.item], -1)
    book.add(
        REVIEW, np.maximum(reviews.minutes, 0.6), reviews.reviewed // DAY,
        items.workflow[reviews.item], names, reviews.agent, reviews.item, reviews.reviewer,
    )  # fmt: skip
    return _fill(people, book.parts)


def _book_rework(book: _Bookings, plan: Plan, items: Items) -> None:
    """The hours on items that redo another, by name, on the day they close."""
    for workflow in range(len(plan.workflows)):
        mine = (items.caused_by >= 0) & (items.workflow == workflow) & items.is_closed
        index = np.flatnonzero(mine)
        moment = working_time(plan, workflow, items.closed[index])
        index, day = index[moment < END], moment[moment < END] // DAY
        here, none = np.full(len(index), workflow), np.full(len(index), -1)
        book.add(REWORK, items.effort[index], day, here, here, none, index)


def _fill(people: People, parts: list[Hours]) -> Hours:
    """Add leave, and other hours up to a full day; order by day and person."""
    booked = np.zeros((len(people.worker_ids), DAYS), dtype=np.int64)
    for part in parts:
        np.add.at(booked, (part.worker, part.day), part.hundredths)
    full = np.round(people.fte * FULL_DAY).astype(np.int64)
    rest = np.where(people.present, np.maximum(full - booked, 0), 0)
    for activity, hundredths in ((OTHER, rest), (LEAVE, np.where(people.on_leave, full, 0))):
        worker, day = np.nonzero(hundredths)
        none = np.full(len(day), -1)
        parts.append(
            Hours(
                worker, day, np.full(len(day), activity), none, none, none,
                hundredths[worker, day], none,
            )
        )  # fmt: skip
    names = Hours.__dataclass_fields__
    everything = Hours(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))
    order = np.lexsort((everything.worker, everything.day))
    return Hours(*(getattr(everything, name)[order] for name in names))


def write_hours(plan: Plan, people: People, items: Items, hours: Hours, landing: Landing) -> None:
    """Weekly, then daily timesheets."""
    rows = pa.table({
        "number": np.arange(len(hours)), "worker": hours.worker, "day": hours.day,
        "activity": hours.activity, "workflow": hours.workflow, "agent": hours.agent,
        "item": hours.item, "item_workflow": items.workflow[np.maximum(hours.item, 0)],
        "hundredths": hours.hundredths,
    })  # fmt: skip
    workflows = [workflow.workflow_id for workflow in plan.workflows]
    agents = [agent.agent_id for agent in plan.agents]
    select = f"""
        select
            worker_id(worker) as worker_id, {day_text("day")} as work_date,
            {ACTIVITIES}[activity + 1] as activity,
            case when workflow >= 0 then {workflows}[workflow + 1] end as workflow_id,
            case when agent >= 0 then {agents}[agent + 1] end as agent_id,
            case when item >= 0 then item_id(item_workflow, item) end as work_item_id,
            printf('%.2f', hundredths / 100) as hours
        from rows order by number
    """
    landing.csv_by_period("timesheets", taken_from(rows), hours.day, weekly_then_daily(), select)
