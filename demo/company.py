"""The demo company, written in one go.

What belongs here: the order in which the parts are drawn, each from its own stream of the one
seed. What does not: the parts.
"""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from demo.bills import make_bills, write_bills
from demo.files import Landing
from demo.further import write_further
from demo.hours import make_hours, write_hours
from demo.people import make_people, write_positions
from demo.plan import FIRST_DAY, LAST_DAY, Plan, read_plan
from demo.rates import make_rates, write_rates
from demo.reviews import make_reviews, write_reviews
from demo.spans import write_spans
from demo.states import write_states
from demo.truth import write_truth
from demo.work import make_work
from demo.workday import write_workday


@dataclass(frozen=True)
class Written:
    """What was written: rows by feed (spans for otlp_traces), and how long it took."""

    rows: dict[str, int]
    seconds: float


def write(
    data: Path,
    seed: int = 1,
    scale: float = 1.0,
    until: date | None = None,
    memory_limit: str = "2GB",
) -> Written:
    """Write DIR/landing/<feed>/* and DIR/truth.json.

    seed: the same seed and scale give the same bytes. scale: multiplies items and spans; people
    grow less below 1. until: only files delivered up to this day; those are the same bytes as
    without it. truth.json always describes the whole company as of its last day.

    Raises ValueError where scale or until make no sense.
    """
    if scale <= 0:
        raise ValueError(f"scale is {scale}: it must be above 0")
    if until is not None and not FIRST_DAY <= until <= LAST_DAY:
        raise ValueError(f"until is {until}: the company lives from {FIRST_DAY} to {LAST_DAY}")
    started = time.monotonic()
    plan = read_plan()
    with duckdb.connect(config={"memory_limit": memory_limit, "threads": 2}) as connection:
        _name_things(connection, plan)
        landing = Landing(data / "landing", until, connection)
        people = make_people(_stream(seed, 1), scale)
        items, runs = make_work(_stream(seed, 2), plan, people, scale)
        reviews = make_reviews(_stream(seed, 3), plan, people, items, scale)
        hours = make_hours(_stream(seed, 4), plan, people, items, reviews)
        write_positions(people, landing)
        write_workday(people, landing)
        write_states(_stream(seed, 5), plan, people, items, landing)
        write_reviews(plan, people, items, reviews, landing)
        write_hours(plan, people, items, hours, landing)
        usage = write_spans(seed, plan, people, items, runs, landing)
        bills = make_bills(_stream(seed, 6), plan, usage, scale)
        write_bills(bills, landing)
        rates = make_rates(_stream(seed, 8))
        write_rates(rates, landing)
        further = write_further(seed, scale, plan, people, items, runs, reviews, rates, landing)
        write_truth(
            data, seed, scale, plan, people, items, runs, reviews, hours, usage, bills, rates,
            further,
        )  # fmt: skip
    return Written(landing.rows, time.monotonic() - started)


def _stream(seed: int, part: int) -> np.random.Generator:
    return np.random.default_rng([seed, part])


def _name_things(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Ids as SQL functions of an index: null below 0."""
    prefixes = [workflow.prefix for workflow in plan.workflows]
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(
        "create temp macro item_id(workflow, item) as case when item >= 0 then "
        f"{prefixes}[workflow + 1] || '-' || printf('%08d', item) end"
    )
    connection.execute("create temp macro worker_id(number) as printf('W%06d', number + 1)")
