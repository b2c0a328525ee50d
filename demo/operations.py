"""Running the models: deployments, incidents, and what else happened in the business.

What belongs here: the calendar of deployments, incidents and events, and their files. What does
not: predictions (predictions.py), what an incident does to trust (adoption.py).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa

from demo.files import Landing, taken_from, weekly_then_daily
from demo.plan import day_number

# Days on which a version of a model went to production; "back" is a rollback of the one before.
RELEASES = {
    "triage-urgency": (("2026-02-16", "1.0"), ("2026-04-13", "1.1")),
    "claims-severity": (("2026-02-09", "1.0"), ("2026-04-07", "1.1")),
    "invoice-extractor": (("2026-01-19", "1.0"), ("2026-03-23", "1.1"), ("2026-06-01", "1.2")),
    "offer-recommender": (
        ("2026-01-05", "1.0"), ("2026-02-02", "1.1"), ("2026-03-16", "1.2"),
        ("2026-04-20", "1.3"), ("2026-05-25", "1.4"),
    ),
    "fraud-screen": (
        ("2026-01-05", "1.0"), ("2026-02-16", "1.1"), ("2026-03-10", "1.2"),
        ("2026-03-11", "back"), ("2026-04-06", "1.3"), ("2026-05-12", "1.4"),
        ("2026-05-13", "back"), ("2026-06-08", "1.5"),
    ),
    "route-planner": (("2026-01-05", "1.0"), ("2026-03-02", "1.1"), ("2026-04-27", "1.2")),
}  # fmt: skip
ROLLED_BACK_MODEL = "fraud-screen"
FAILED_RELEASE = ("route-planner", "2026-04-26", "1.2")
REHEARSAL_DAYS = 3
# model, agent, severity, started, detected, minutes to acknowledge, resolved, cause, cost in USD
INCIDENTS = (
    ("fraud-screen", "", "sev1", "2026-03-11 06:10", "2026-03-11 06:25", 5, "2026-03-11 09:40",
     "bad release", 4200),
    ("fraud-screen", "", "sev2", "2026-03-11 09:00", "2026-03-11 09:05", 10, "2026-03-11 10:20",
     "queue ran full", 600),
    ("fraud-screen", "", "sev3", "2026-05-13 11:00", "2026-05-13 11:30", 15, "2026-05-13 13:00",
     "bad release", 350),
    ("triage-urgency", "triage-guide", "sev2", "2026-04-28 08:00", "2026-04-28 08:40", 10,
     "2026-04-28 10:30", "urgent requests ranked as routine", 2500),
    ("", "ticket-resolver", "sev3", "2026-02-19 14:00", "2026-02-19 14:20", 20,
     "2026-02-20 09:10", "knowledge base out of date", 120),
    ("", "refund-clerk", "sev2", "2026-03-24 10:00", "2026-03-24 10:45", 15, "2026-03-24 12:15",
     "refunds paid twice", 1800),
    ("", "claims-reader", "sev3", "2026-04-15 09:00", "2026-04-15 10:10", 30,
     "2026-04-16 15:00", "scans without text", 200),
    ("", "code-helper", "sev4", "", "2026-05-05 16:00", 45, "2026-05-06 11:00", "slow answers", 0),
    ("offer-recommender", "", "sev3", "2026-02-24 20:00", "2026-02-24 21:15", 30,
     "2026-02-25 08:30", "stale catalogue", 300),
    ("offer-recommender", "", "sev4", "2026-05-19 07:00", "2026-05-19 07:10", 60,
     "2026-05-19 15:00", "missing pictures", 0),
    ("route-planner", "", "sev3", "2026-05-27 05:00", "2026-05-27 06:30", 20,
     "2026-05-28 14:00", "routes too long in the heat", 900),
    ("invoice-extractor", "invoice-matcher", "sev3", "2026-03-23 12:00", "2026-03-23 12:30", 25,
     "2026-03-23 17:45", "new layout of a supplier", 150),
    ("", "", "sev3", "2026-04-02 03:00", "2026-04-02 03:05", 10, "2026-04-02 04:00",
     "network of the head office", 0),
    ("route-planner", "", "sev3", "2026-06-22 05:00", "2026-06-22 06:00", 30, "",
     "routes too long in the heat", 500),
    ("", "claims-reader", "sev4", "", "2026-06-24 13:00", 0, "", "slow answers", 0),
    ("invoice-extractor", "", "sev3", "2026-06-26 09:00", "2026-06-26 09:20", 40, "",
     "amounts with two currencies", 80),
)  # fmt: skip
# day, kind, title, workflow, agent, model
EVENTS = (
    ("2026-01-05", "release", "First agents on support tickets", "support-tickets", "", ""),
    ("2026-01-15", "policy", "Outputs of agents are reviewed at random", "", "", ""),
    ("2026-02-02", "campaign", "Offers ranked by the recommender", "", "", "offer-recommender"),
    ("2026-02-16", "release", "Triage guide and its assistant go live", "", "triage-guide", ""),
    ("2026-03-02", "release", "Responder answers simple tickets", "", "ticket-responder", ""),
    ("2026-03-11", "incident", "Payments held back for a morning", "", "", "fraud-screen"),
    ("2026-03-20", "policy", "Refunds above 100 USD need a second pair of eyes", "refunds", "", ""),
    ("2026-04-06", "release", "Fraud threshold raised", "", "", "fraud-screen"),
    ("2026-04-13", "release", "New code assistant for the platform team", "code-changes", "", ""),
    ("2026-04-28", "incident", "Urgent requests ranked as routine", "patient-triage", "", ""),
    ("2026-05-04", "campaign", "Summer timetable of the depots", "", "", "route-planner"),
    ("2026-05-11", "campaign", "Spring sale", "support-tickets", "", ""),
    ("2026-06-01", "policy", "Budget of language models is capped", "", "", ""),
    ("2026-06-15", "campaign", "Holiday season", "purchase-requests", "", ""),
)


@dataclass(frozen=True)
class Deployment:
    """One deployment; rolls_back is the id of the one it takes back."""

    deployment_id: str
    model_id: str
    version: str
    environment: str
    committed_at: datetime | None
    deployed_at: datetime
    status: str
    rolls_back: str | None


def make_deployments(rng: np.random.Generator) -> list[Deployment]:
    """All deployments by time: releases with their rehearsals, rollbacks, and a failed one."""
    made: list[Deployment] = []
    for model, releases in RELEASES.items():
        for number, (day, version) in enumerate(releases):
            at = datetime.fromisoformat(day) + timedelta(minutes=int(rng.integers(480, 900)))
            last = f"D-{model}-{number - 1:02d}"
            name = f"D-{model}-{number:02d}"
            if version == "back":
                before = releases[number - 2][1]
                made.append(
                    Deployment(name, model, before, "production", None, at, "success", last)
                )
                continue
            written = at - timedelta(minutes=int(rng.integers(5 * 1440, 9 * 1440)))
            tried = at - timedelta(days=REHEARSAL_DAYS)
            made.append(
                Deployment(f"{name}-s", model, version, "staging", written, tried, "success", None)
            )
            made.append(
                Deployment(name, model, version, "production", written, at, "success", None)
            )
    model, day, version = FAILED_RELEASE
    at = datetime.fromisoformat(day) + timedelta(hours=11)
    made.append(
        Deployment(f"D-{model}-f", model, version, "production", at - timedelta(days=6), at,
                   "failure", None)
    )  # fmt: skip
    return sorted(made, key=lambda each: each.deployed_at)


def write_deployments(deployments: list[Deployment], landing: Landing) -> None:
    """One row a deployment, on its day."""
    rows = pa.table({
        "deployment_id": [each.deployment_id for each in deployments],
        "model_id": [each.model_id for each in deployments],
        "version": [each.version for each in deployments],
        "environment": [each.environment for each in deployments],
        "committed_at": [_text(each.committed_at) for each in deployments],
        "deployed_at": [_text(each.deployed_at) for each in deployments],
        "status": [each.status for each in deployments],
        "rolls_back": [each.rolls_back for each in deployments],
    })  # fmt: skip
    _write("deployments", rows, [each.deployed_at.date() for each in deployments], landing)


def write_incidents(landing: Landing) -> None:
    """A row on the day of detection, and another on the day of resolution if that is later."""
    made, days = [], []
    for number, incident in enumerate(INCIDENTS):
        model, agent, severity, started, found, wait, resolved, cause, cost = incident
        detected = datetime.fromisoformat(found)
        ended = datetime.fromisoformat(resolved) if resolved else None
        row = {
            "incident_id": f"I{number + 1:04d}", "model_id": model or None,
            "agent_id": agent or None, "severity": severity,
            "started_at": _text(datetime.fromisoformat(started)) if started else None,
            "detected_at": _text(detected),
            "acknowledged_at": _text(detected + timedelta(minutes=wait)) if wait else None,
            "resolved_at": _text(ended), "cause": cause, "cost_usd": f"{cost:.2f}",
        }  # fmt: skip
        if ended is not None and ended.date() > detected.date():
            made.append({**row, "resolved_at": None, "cost_usd": None})
            days.append(detected.date())
        made.append(row)
        days.append(detected.date() if ended is None else ended.date())
    _write("incidents", pa.Table.from_pylist(made), days, landing)


def write_events(landing: Landing) -> None:
    """One row an event, on its day."""
    names = ("event_date", "kind", "title", "workflow_id", "agent_id", "model_id")
    rows = [
        {"event_id": f"E{number + 1:04d}"}
        | {name: cell or None for name, cell in zip(names, event, strict=True)}
        for number, event in enumerate(EVENTS)
    ]
    days = [date.fromisoformat(event[0]) for event in EVENTS]
    _write("business_events", pa.Table.from_pylist(rows), days, landing)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.isoformat()}+00:00"


def _write(feed: str, rows: pa.Table, days: list[date], landing: Landing) -> None:
    numbers = np.array([day_number(day) for day in days])
    landing.csv_by_period(
        feed, taken_from(rows), np.maximum(numbers, 0), weekly_then_daily(), "select * from rows"
    )
