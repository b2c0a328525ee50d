"""Simulated workflows: agents that are right with a planted probability, sampled by reviewers.

What belongs here: the landing files and seeds of work, reviews and hours, and what was planted.
What does not: experiments (simulated_experiments.py), judging intervals (calibration.py).

Reviewers are never wrong and choose at random, so that nothing but chance lies between an
interval and the truth.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.files import write_landing, write_seed

WORKFLOWS = 350
MONTHS = np.arange("2025-07", "2026-01", dtype="datetime64[M]")
# Items close in the first days of a month, so that what they cause falls into it too.
CLOSING_DAYS = 25
RETURN_DAYS = 3
WINDOW_DAYS = 14
BASELINE_FIRST = np.datetime64("2025-06-01")
BASELINE_DAYS = 30
HUMAN_OUTPUTS = 60
LAST_DAY = np.datetime64("2026-01-20")
# Mondays whose four-week windows do not overlap.
WEEKS = np.datetime64("2025-07-28") + np.arange(6) * np.timedelta64(28, "D")


@dataclass(frozen=True)
class Planted:
    """What the intervals are held against.

    accuracy: agent_id, accuracy. hours: workflow_id, month_start, verified_hours.
    """

    accuracy: pa.Table
    hours: pa.Table


def simulate(rng: np.random.Generator, landing: Path, seeds: Path) -> Planted:
    """Write the landing files and seeds of all workflows; what was planted."""
    minutes = np.round(rng.uniform(10, 60, WORKFLOWS) / BASELINE_DAYS, 2) * BASELINE_DAYS
    workflow = np.repeat(np.arange(WORKFLOWS), rng.integers(1, 4, WORKFLOWS))
    accuracy = rng.uniform(0.6, 0.97, len(workflow))
    items = _items(rng, workflow, accuracy)
    oversight = np.round(rng.uniform(2, 20, (len(workflow), len(MONTHS))), 2)
    rework = np.round(rng.uniform(0.2, 1.5, len(items)), 2)
    caused = items["is_cause"].to_numpy()
    items = items.append_column("rework_hours", pa.array(np.where(caused, rework, 0.0)))
    _write_seeds(seeds, workflow)
    _write_items(landing, items)
    _write_reviews(landing, items)
    _write_hours(landing, items, workflow, oversight, minutes)
    planted = pa.table({"agent": np.arange(len(workflow)), "accuracy": accuracy})
    return Planted(planted, _verified_hours(items, workflow, oversight, minutes))


def _items(rng: np.random.Generator, workflow: np.ndarray, accuracy: np.ndarray) -> pa.Table:
    """Completed items: whether each was right, came back, and was chosen for review."""
    counts = rng.integers(80, 200, (len(workflow), len(MONTHS)))
    agent = np.repeat(np.arange(len(workflow)), counts.sum(axis=1))
    month = np.repeat(np.tile(np.arange(len(MONTHS)), len(workflow)), counts.ravel())
    number = len(agent)
    seconds = (rng.random(number) * CLOSING_DAYS * 86400).astype("timedelta64[s]")
    right = rng.random(number) < accuracy[agent]
    returned = rng.random(number) < np.where(right, 0.02, 0.5)
    cause = returned & (rng.random(number) < 0.5)
    reviewed = rng.random(number) < rng.uniform(0.25, 0.6, WORKFLOWS)[workflow[agent]]
    closed = MONTHS[month].astype("datetime64[s]") + seconds
    back = (rng.random(number) * RETURN_DAYS * 86400).astype("timedelta64[s]")
    return pa.table({
        "item": np.arange(number), "agent": agent, "workflow": workflow[agent], "month": month,
        "closed": closed, "back": closed + back, "is_right": right, "is_returned": returned,
        "is_cause": cause, "is_reviewed": reviewed,
    })  # fmt: skip


def _verified_hours(
    items: pa.Table, workflow: np.ndarray, oversight: np.ndarray, minutes: np.ndarray
) -> pa.Table:
    """Hours that right outputs replaced, less oversight and what redoing cost beyond an output."""
    place = items["workflow"].to_numpy() * len(MONTHS) + items["month"].to_numpy()
    verified = items["is_right"].to_numpy() & ~items["is_returned"].to_numpy()
    per_output = minutes.repeat(len(MONTHS)) / 60
    size = len(per_output)
    watched = np.zeros((WORKFLOWS, len(MONTHS)))
    np.add.at(watched, workflow, oversight)
    net_rework = (
        np.bincount(place, items["rework_hours"].to_numpy(), size)
        - np.bincount(place, items["is_cause"].to_numpy(), size) * per_output
    )
    hours = np.bincount(place, verified, size) * per_output - watched.ravel() - net_rework
    return pa.table({
        "workflow": np.repeat(np.arange(WORKFLOWS), len(MONTHS)),
        "month_start": np.tile(MONTHS.astype("datetime64[D]"), WORKFLOWS),
        "verified_hours": hours,
    })  # fmt: skip


def _write_seeds(seeds: Path, workflow: np.ndarray) -> None:
    write_seed(seeds, "workflows", pa.table({"workflow": np.arange(WORKFLOWS)}), f"""
        'w' || workflow as workflow_id, 'w' || workflow as name, 'work' as department,
        'item' as output_unit, 600 as sla_minutes, 0.9 as accuracy_floor,
        0.1 as error_rate_ceiling, {WINDOW_DAYS} as rework_window_days,
        date '{BASELINE_FIRST}' as baseline_start,
        date '{BASELINE_FIRST}' + {BASELINE_DAYS - 1} as baseline_end, 0.05 as accuracy_margin
    """)  # fmt: skip
    rows = pa.table({"agent": np.arange(len(workflow)), "workflow": workflow})
    write_seed(seeds, "agents", rows, f"""
        'a' || agent as agent_id, 'a' || agent as name, 'w' || workflow as workflow_id,
        'in-house' as vendor, date '{MONTHS[0]}-01' as deployed_on, 0 as integration_cost_usd,
        12 as amortization_months, null as contract_id, 'head of work' as owner_role
    """)  # fmt: skip


def _write_items(landing: Path, items: pa.Table) -> None:
    """Agents' items, people's before and for rework, and one that makes the last day complete."""
    people = pa.table({"workflow": np.repeat(np.arange(WORKFLOWS), HUMAN_OUTPUTS)})
    write_landing(landing, "work_items", {"items": items, "people": people}, f"""
        select
            'i' || item as work_item_id, 'w' || workflow as workflow_id,
            closed - interval 30 minute as opened_at, closed as first_closed_at,
            closed as resolved_at, if(is_returned and not is_cause, back, closed) as updated_at,
            'resolved' as status, 'agent' as handled_by, 'a' || agent as agent_id,
            if(is_returned and not is_cause, back, null) as reopened_at,
            cast(null as varchar) as caused_by_work_item_id
        from items
        union all
        select 'r' || item, 'w' || workflow, back, back + interval 5 minute,
            back + interval 5 minute, back + interval 5 minute, 'resolved', 'human', null, null,
            'i' || item
        from items where is_cause
        union all
        select 'h' || row_number() over (), 'w' || workflow, closed - interval 30 minute, closed,
            closed, closed, 'resolved', 'human', null, null, null
        from (select workflow, timestamp '{BASELINE_FIRST} 12:00:00' as closed from people)
        union all
        select 'last', 'w0', closed, closed, closed, closed, 'resolved', 'human', null, null, null
        from (select timestamp '{LAST_DAY} 12:00:00' as closed)
    """)  # fmt: skip


def _write_reviews(landing: Path, items: pa.Table) -> None:
    write_landing(landing, "agent_reviews", {"items": items}, """
        select
            'v' || item as review_id, 'i' || item as work_item_id, 'a' || agent as agent_id,
            closed + interval 1 day as reviewed_at, 'random' as selection,
            if(is_right, 'accept', 'reject') as verdict
        from items where is_reviewed
    """)  # fmt: skip


def _write_hours(
    landing: Path,
    items: pa.Table,
    workflow: np.ndarray,
    oversight: np.ndarray,
    minutes: np.ndarray,
) -> None:
    """Hours of the baseline, of oversight (on the tenth) and of rework."""
    watched = pa.table({
        "agent": np.repeat(np.arange(len(workflow)), len(MONTHS)),
        "workflow": np.repeat(workflow, len(MONTHS)),
        "day": np.tile(MONTHS.astype("datetime64[D]") + 9, len(workflow)),
        "hours": oversight.ravel(),
    })  # fmt: skip
    before = pa.table({
        "workflow": np.repeat(np.arange(WORKFLOWS), BASELINE_DAYS),
        "day": np.tile(BASELINE_FIRST + np.arange(BASELINE_DAYS), WORKFLOWS),
        "hours": np.repeat(minutes / BASELINE_DAYS * HUMAN_OUTPUTS / 60, BASELINE_DAYS),
    })  # fmt: skip
    rows = {"items": items, "watched": watched, "before": before}
    write_landing(landing, "timesheets", rows, f"""
        select 'p' || workflow as worker_id, day as work_date, 'production' as activity,
            'w' || workflow as workflow_id, null as agent_id, null as work_item_id,
            round(hours, 6) as hours
        from before
        union all
        select 'p' || workflow, day, 'oversight', 'w' || workflow, 'a' || agent, null, hours
        from watched
        union all
        select 'p' || workflow, cast(back as date), 'rework', 'w' || workflow, null, 'r' || item,
            rework_hours
        from items where is_cause
        union all
        select 'p0', date '{LAST_DAY}', 'other', null, null, null, 1
    """)  # fmt: skip
