"""Models that behave as no model should.

What belongs here: late labels, corrections that move predictions, features that are constant or no
numbers, incidents that overlap or never end, rollbacks, events that name everything or nothing.
What does not: experiments.
"""

import json

import numpy as np
import pandas as pd

from tests.oracle.chance import FIRST, Chance

# Busy enough for a week of a hundred values; quiet; regression; without seed row or reference.
BUSY, QUIET, VALUES, STRANGER = "odd-busy", "fraud-screen", "claims-severity", "stranger"
OTHERS = [QUIET, "triage-urgency", VALUES, "invoice-extractor", "odd-window", "no-window", STRANGER]
MODELS = [BUSY] * 8 + OTHERS
TASKS = {VALUES: "regression", "odd-window": "regression"}
LABELS = {BUSY: ["urgent", "routine"], QUIET: ["fraud", "fine", "fine"]}
CLASSES = ["red", "green", "blue", "never"]
COHORTS = {BUSY: ["north", "north", "south", "west", None], QUIET: ["only"]}
AGENTS = ["ticket-resolver", "triage-guide", "claims-reader", "stranger", ""]
SEED_ROWS = [
    "odd-busy,Odd busy,classification,,triage-guide,urgent,2025-12-29,2026-01-11,0.9",
    # A reference window of one day, one that ends after everything, none at all.
    "odd-window,Odd window,regression,,,,2026-01-07,2026-01-07,0.5",
    "future-window,Future window,classification,,,,2026-03-01,2026-12-31,",
    "no-window,No window,classification,,claims-reader,,,,0.999",
    "unused,Unused,classification,,,,2026-01-05,2026-01-11,0.99",
]
PREDICTIONS, INCIDENTS, DEPLOYMENTS, EVENTS = 7000, 150, 120, 60


def feeds(chance: Chance) -> dict[str, list[dict]]:
    """Rows by feed."""
    return {
        "predictions": _predictions(chance),
        "incidents": _incidents(chance),
        "deployments": _deployments(chance),
        "business_events": _events(chance),
    }


def _moment(chance: Chance) -> pd.Timestamp:
    """At times later than everything that counts."""
    return chance.moment() + pd.Timedelta(days=20 if chance.true(0.05) else 0)


def _predictions(chance: Chance) -> list[dict]:
    rows = []
    for number in range(PREDICTIONS):
        row = _prediction(chance, number)
        rows.append(row)
        if chance.true(0.03):
            # A correction: another day, machine or label, in a row far behind.
            moved = _prediction(chance, number)
            rows.append({**moved, "model_id": row["model_id"], "task": row["task"]})
    late = [rows[index] for index in chance.generator.permutation(len(rows))[:400]]
    return rows + [{**row, "cohort": "moved", "instance_type": "small"} for row in late]


def _prediction(chance: Chance, number: int) -> dict:
    model, at = chance.of(MODELS), _moment(chance)
    task = TASKS.get(model, "classification")
    labels = LABELS.get(model, CLASSES)
    is_labeled = chance.true(0.6)
    is_class = task == "classification"
    said = chance.of(labels[:3])
    cohort = chance.of(COHORTS.get(model, ["a", "b"]))
    is_right = chance.true(0.1 if cohort == "west" else 0.8)
    was = said if is_right else chance.of(CLASSES if cohort == "west" else labels)
    value = round(float(chance.generator.normal(10, 3)), 4)
    labeled = at + chance.hours(24 * 20)
    return {
        "prediction_id": f"prediction-{number}",
        "model_id": model,
        "predicted_at": f"{at}Z",
        "instance_type": chance.of(["big", "big", "small", ""]),
        "cohort": cohort or "",
        "task": task,
        "predicted_label": said if is_class and chance.true(0.97) else "",
        "predicted_value": "" if is_class or chance.true(0.03) else value,
        "score": chance.of(["", "0.5", round(float(chance.generator.random()), 6)]),
        "actual_label": was if is_class and is_labeled else "",
        "actual_value": "" if is_class or not is_labeled else round(value + 1.5, 3),
        "labeled_at": f"{labeled}Z" if is_labeled and chance.true(0.9) else "",
        "features": _features(chance, at),
    }


def _features(chance: Chance, at: pd.Timestamp) -> str:
    """A shifting number, few whole numbers, a constant, and things that are no numbers."""
    if chance.true(0.03):
        return ""
    shift = (at - FIRST).days / 60
    given: dict[str, object] = {
        "shifting": round(float(chance.generator.normal(shift, 1)), 6),
        "whole": int(chance.generator.poisson(2)),
        "constant": 7,
        "huge": float(np.round(np.exp(chance.generator.normal(8, 2)), 3)),
    }
    for name, value in (("rare", 1.5), ("text", "8"), ("nothing", None), ("flag", True)):
        if chance.true(0.2):
            given[name] = value
    if chance.true(0.1):
        given["shifting"] = None
    if at > FIRST + pd.Timedelta(days=80):
        given["new"] = round(float(chance.generator.random()), 3)
    return json.dumps(given)


def _incidents(chance: Chance) -> list[dict]:
    rows = []
    for _ in range(INCIDENTS):
        detected = _moment(chance)
        started = detected - chance.hours(30)
        # Some last for months, some are over when they are seen.
        lasted = chance.of([chance.hours(6)] * 20 + [chance.hours(24 * 40), pd.Timedelta(0)])
        rows.append(
            {
                "incident_id": f"incident-{chance.generator.integers(INCIDENTS)}",
                "model_id": chance.of([*OTHERS, BUSY, "unused", "", "", ""]),
                "agent_id": chance.of(AGENTS),
                "severity": chance.of(["sev1", "sev2", "sev2", "sev3", "sev4"]),
                "started_at": f"{started}Z" if chance.true(0.7) else "",
                "detected_at": f"{detected}Z",
                "resolved_at": f"{detected + lasted}Z" if chance.true(0.97) else "",
            }
        )
    return rows


def _deployments(chance: Chance) -> list[dict]:
    rows = []
    for number in range(DEPLOYMENTS):
        at = _moment(chance)
        rows.append(
            {
                "deployment_id": f"deployment-{chance.generator.integers(DEPLOYMENTS)}",
                "model_id": chance.of([*OTHERS, "unused"]),
                "version": str(number),
                "environment": chance.of(["production", "production", "staging"]),
                "committed_at": f"{at - chance.hours(100)}Z" if chance.true(0.8) else "",
                "deployed_at": f"{at}Z",
                "status": chance.of(["success", "success", "failure"]),
                "rolls_back": f"deployment-{max(number - 1, 0)}" if chance.true(0.2) else "",
            }
        )
    return rows


def _events(chance: Chance) -> list[dict]:
    return [
        {
            "event_id": f"event-{chance.generator.integers(EVENTS)}",
            "event_date": str(_moment(chance).date()),
            "kind": chance.of(["release", "incident", "campaign", "policy"]),
            "title": f"Something {number}",
            "workflow_id": chance.of(["support-tickets", "no-such-workflow", "", ""]),
            "agent_id": chance.of(AGENTS) if chance.true(0.5) else "",
            "model_id": chance.of([BUSY, "no-window", STRANGER]) if chance.true(0.5) else "",
        }
        for number in range(EVENTS)
    ]
