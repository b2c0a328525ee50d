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

from demo.adoption import make_feature_use, write_feature_use, write_surveys
from demo.bills import make_bills, write_bills
from demo.events import write_logs
from demo.experiments import make_experiments, write_experiments
from demo.files import Landing
from demo.hours import make_hours, write_hours
from demo.money import make_invoices, settlements, write_cash_flows, write_invoices
from demo.operations import make_deployments, write_deployments, write_events, write_incidents
from demo.people import make_people, write_positions
from demo.plan import FIRST_DAY, LAST_DAY, Plan, read_plan, read_seed
from demo.predictions import make_predictions, write_predictions
from demo.rates import make_rates, write_rates
from demo.reports import make_reports, write_reports
from demo.reviews import make_reviews, write_reviews
from demo.spans import write_spans
from demo.states import write_states
from demo.truth import write_truth
from demo.work import make_work


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
        write_states(_stream(seed, 5), plan, people, items, landing)
        write_reviews(plan, people, items, reviews, landing)
        write_hours(plan, people, items, hours, landing)
        usage = write_spans(seed, plan, people, items, runs, landing)
        bills = make_bills(_stream(seed, 6), plan, usage, scale)
        write_bills(bills, landing)
        rates = make_rates(_stream(seed, 8))
        write_rates(rates, landing)
        deployments = make_deployments(_stream(seed, 9))
        write_deployments(deployments, landing)
        write_incidents(landing)
        write_events(landing)
        predictions = make_predictions(_stream(seed, 10), read_seed("models"), scale)
        write_predictions(predictions, deployments, landing)
        write_experiments(make_experiments(_stream(seed, 11), read_seed("experiments")), landing)
        write_feature_use(make_feature_use(_stream(seed, 12), people), landing)
        write_surveys(_stream(seed, 13), plan, people, landing)
        write_cash_flows(_stream(seed, 14), landing)
        owed = settlements(plan, items, reviews)
        write_invoices(make_invoices(plan, items, owed, rates), landing)
        reports = make_reports(_stream(seed, 15), plan, people, scale)
        write_reports(reports, landing)
        write_logs(_stream(seed, 16), seed, plan, people, items, runs, landing)
        write_truth(
            data, seed, scale, plan, people, items, runs, reviews, hours, usage, bills, rates
        )
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
