"""A company made of exceptions: random landing files full of what the demo does rarely or never.

What belongs here: unknown agents, hybrids, items without runs and runs without items, several
states of one item, corrections, rework of rework, foreign money, people who move, charges of odd
periods. What does not: anything plausible; its KPIs mean nothing and only have to agree.
"""

import csv
import json
from pathlib import Path

import pandas as pd

from tests.oracle import (
    exceptions_experiments,
    exceptions_models,
    exceptions_money,
    exceptions_people,
    exceptions_reports,
    exceptions_vendors,
)
from tests.oracle.chance import DAYS, FIRST, PEOPLE, PROFILES, TEAMS, Chance, team, worker

AGENTS = [
    "ticket-resolver",
    "ticket-responder",
    "refund-clerk",
    "triage-guide",
    "claims-reader",
    "stranger",
    None,
]
WORKFLOWS = ["support-tickets", "refunds", "patient-triage", "claims-decisions"]
MODELS = ["meridian-large-2", "meridian-small-2", "helix-pro", "open-lm-70b"]
# Rare, because one of them leaves the whole week of an agent without a known cost.
UNPRICED = ["unpriced", None]
CHARGED = [
    ("Meridian AI", "AI and Machine Learning", "Tokens"),
    ("Helix Models", "AI and Machine Learning", "Tokens"),
    ("Deskly", "Business Applications", "Seats"),
    ("Cirrus Cloud", "AI and Machine Learning", "Endpoint"),
    ("Cirrus Cloud", "Databases", "Cirrus Vector Store"),
    ("Cirrus Cloud", "Management and Governance", "Cirrus Agent Gateway"),
    ("Cirrus Cloud", "Compute", "Machines"),
    ("Nobody", "Other", "Something"),
    ("OpenAI", "AI and Machine Learning", "Told by OpenAI itself"),
    ("GitHub", "Developer Tools", "Told by GitHub itself"),
]
ITEMS, TRACES, SHEETS, CHARGES = 900, 1500, 2500, 160


def write_company(landing: Path, seed: int) -> None:
    """Write every feed below landing/."""
    chance = Chance(seed)
    items = [f"item-{number}" for number in range(ITEMS)]
    _write(landing, "work_items", _states(chance, items))
    _write(landing, "agent_reviews", _reviews(chance, items))
    _write(landing, "timesheets", _sheets(chance, items))
    _write(landing, "hr_positions", _positions(chance))
    rates = [(FIRST - pd.Timedelta(days=400), 1.1)]
    rates += [(FIRST + pd.Timedelta(days=n), 1 + n / 1000) for n in range(0, DAYS, 5)]
    columns = ("rate_date", "currency", "usd_per_unit")
    _write(
        landing,
        "fx_rates",
        [dict(zip(columns, (str(day.date()), "EUR", rate), strict=True)) for day, rate in rates],
    )
    _write(landing, "focus", _charges(chance))
    for area in (exceptions_people, exceptions_money):
        for feed, further in area.feeds(chance).items():
            _write(landing, feed, further)
    folder = landing / "otlp_traces"
    folder.mkdir(parents=True)
    lines = [json.dumps(_request(chance, items, number)) for number in range(TRACES)]
    lines += [lines[number] for number in range(0, TRACES, 50)]
    (folder / "traces.jsonl").write_text("\n".join(lines) + "\n")
    for area in (exceptions_models, exceptions_experiments, exceptions_vendors):
        for feed, further in area.feeds(chance).items():
            _write(landing, feed, further)
    exceptions_reports.write(landing, chance, items)


def _write(landing: Path, feed: str, rows: list[dict]) -> None:
    """Two files a feed, so that keys meet across files."""
    folder = landing / feed
    folder.mkdir(parents=True)
    half = len(rows) * 2 // 3
    for name, part in (("a.csv", rows[:half]), ("b.csv", rows[half:])):
        with (folder / name).open("w", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(part)


def _states(chance: Chance, items: list[str]) -> list[dict]:
    rows = []
    for item in items:
        opened = chance.moment()
        updated = opened + chance.hours(20)
        row = {
            "work_item_id": item,
            "workflow_id": chance.of([*WORKFLOWS, "unlisted"] if chance.true(0.1) else WORKFLOWS),
            "team_id": chance.of([team(chance)] * 9 + ["no-such-team", ""]),
            "opened_at": f"{opened}Z",
            "first_closed_at": "",
            "resolved_at": "",
            "updated_at": f"{updated}+00:00",
            "status": chance.of(["resolved"] * 6 + ["escalated", "abandoned", "failed", "open"]),
            "handled_by": chance.of(["agent"] * 6 + ["human"] * 3 + ["hybrid"]),
            "agent_id": "",
            "worker_id": worker(chance) if chance.true(0.5) else "",
            "reopened_at": "",
            "caused_by_work_item_id": chance.of(items) if chance.true(0.08) else "",
            "business_value_usd": chance.of(["12.50", "7", "99.123456789"]),
            "ai_assisted": chance.of(["true", "false", "false", ""]),
        }
        if row["handled_by"] != "human" and chance.true(0.8):
            row["agent_id"] = chance.of(AGENTS) or ""
        if row["status"] == "resolved" and chance.true(0.5):
            row["resolved_at"] = str(opened + (updated - opened) / 2)
        if row["status"] != "open" and chance.true(0.2):
            row["first_closed_at"] = str((opened + (updated - opened) / 4).floor("us"))
        rows.append(row)
        if chance.true(0.05):
            rows.append({**row, "agent_id": chance.of(AGENTS) or ""})
        if chance.true(0.2):
            later = updated + chance.hours(200)
            again = {**row, "updated_at": f"{later}Z", "workflow_id": chance.of(WORKFLOWS)}
            again["status"] = chance.of(["open", "resolved", "failed"])
            again["handled_by"] = "human"
            if chance.true(0.3):
                again["reopened_at"] = str(later - pd.Timedelta(hours=1))
            rows.append(again)
    return rows


def _reviews(chance: Chance, items: list[str]) -> list[dict]:
    return [
        {
            "review_id": f"review-{chance.generator.integers(600)}",
            "work_item_id": chance.of([*items, "no-such-item"]),
            "agent_id": chance.of(AGENTS) or "someone",
            "reviewer_id": worker(chance),
            "team_id": chance.of([team(chance)] * 9 + ["no-such-team", ""]),
            "reviewed_at": f"{chance.moment()}Z",
            "selection": chance.of(["random", "random", "targeted"]),
            "verdict": chance.of(["accept", "accept", "correct", "reject"]),
            "adjudicated_verdict": chance.of(["", "", "accept", "reject"]),
        }
        for _ in range(700)
    ]


def _sheets(chance: Chance, items: list[str]) -> list[dict]:
    activities = ["production"] * 4 + ["review", "oversight", "agent_ops", "rework", "leave"]
    return [
        {
            "worker_id": worker(chance),
            "work_date": chance.day(),
            "activity": chance.of(activities),
            "workflow_id": chance.of(WORKFLOWS) if chance.true(0.6) else "",
            "agent_id": (chance.of(AGENTS) or "") if chance.true(0.3) else "",
            "work_item_id": chance.of([*items, "no-such-item"]) if chance.true(0.5) else "",
            "hours": chance.of(["0.25", "1.5", "0.333333333"]),
        }
        for _ in range(SHEETS)
    ]


def _positions(chance: Chance) -> list[dict]:
    rows = []
    for number in range(PEOPLE):
        since = FIRST - pd.Timedelta(days=int(chance.generator.integers(500)))
        for _ in range(chance.generator.integers(1, 4)):
            ends, team_id = chance.true(0.2), team(chance)
            rows.append(
                {
                    "worker_id": f"worker-{number}",
                    "effective_from": str(since.date()),
                    "effective_to": chance.of(["", "2199-12-31", chance.day()]) if ends else "",
                    "job_profile": chance.of(PROFILES),
                    "team_id": team_id,
                    "department": TEAMS[team_id],
                    "manager_id": worker(chance) if chance.true(0.3) else "",
                    "country": chance.of(["US", "DE", "FR", ""]),
                    "worker_type": chance.of(["employee", "employee", "contractor"]),
                    "fte_percent": chance.of(["100", "100", "50", "0"]),
                    "annual_base_pay": str(chance.generator.integers(30_000, 90_000)),
                    "currency": chance.of(["USD", "EUR"]),
                    "termination_date": chance.day() if chance.true(0.2) else "",
                }
            )
            since += pd.Timedelta(days=int(chance.generator.integers(1, 200)))
    return rows


def _charges(chance: Chance) -> list[dict]:
    rows = []
    for _ in range(CHARGES):
        provider, category, service = chance.of(CHARGED)
        start = chance.moment().floor("D" if chance.true(0.7) else "h")
        length = pd.Timedelta(hours=chance.of([0, 1, 24, 24, 24 * 7, 24 * 31, 30]))
        tags = {
            key: chance.of(values)
            for key, values in (
                ("agent_id", AGENTS[:-1]),
                ("workflow_id", [*WORKFLOWS, "code-changes"]),
                ("model_id", ["odd-busy", "no-such-model"]),
                ("owner", ["a.person@example.com"]),
            )
            if chance.true(0.3)
        }
        rows.append(
            {
                "BilledCost": "1",
                "EffectiveCost": chance.of(["10", "-3.3333333333", "0.000001", "77.77 "]),
                "BillingCurrency": chance.of(["USD", "USD", "EUR"]),
                "ChargePeriodStart": str(start),
                "ChargePeriodEnd": str(start + length),
                "ProviderName": provider,
                "ChargeCategory": "Usage",
                "ServiceCategory": category,
                "ServiceName": service,
                "ResourceType": ("NULL", "big", "small", "huge")[len(rows) % 4],
                "SubAccountId": chance.of(["NULL", "helix-triage", "cirrus-invoice-ml"]),
                "Tags": json.dumps(tags) if tags else "NULL",
            }
        )
    return rows


def _request(chance: Chance, items: list[str], number: int) -> dict:
    start = chance.moment()
    root = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.id": chance.of(AGENTS)}
    root["work_item.id"] = chance.of(items) if chance.true(0.7) else None
    root["workflow.id"] = chance.of(WORKFLOWS) if chance.true(0.3) else None
    root["team.id"] = team(chance) if chance.true(0.5) else None
    root["person.id"] = worker(chance) if chance.true(0.4) else None
    root["error.type"] = "timeout" if chance.true(0.1) else None
    spans = [_span(number, 0, start, chance.hours(0.2), root, 2 if chance.true(0.1) else 0)]
    for index in range(1, 1 + chance.generator.integers(4)):
        call = {
            "gen_ai.operation.name": chance.of(["chat", "chat", "embeddings", "execute_tool"]),
            "gen_ai.system": chance.of(["helix", "self_hosted", None]),
            "gen_ai.request.model": chance.of(UNPRICED if chance.true(0.01) else MODELS),
            "gen_ai.response.model": chance.of(MODELS) if chance.true(0.3) else None,
            "gen_ai.usage.input_tokens": int(chance.generator.integers(1000, 5000)),
            "gen_ai.usage.output_tokens": int(chance.generator.integers(500)),
            "gen_ai.usage.cache_read.input_tokens": chance.of([None, 500]),
            "agent.handoff": True if chance.true(0.05) else None,
        }
        spans.append(_span(number, index, start + chance.hours(0.1), chance.hours(0.1), call, 0))
    if chance.true(0.05):
        spans[0]["parentSpanId"] = "ffffffffffffffff"
    if chance.true(0.05):
        spans.append({**spans[0], "endTimeUnixNano": str(int(spans[0]["endTimeUnixNano"]) + 1000)})
    chance.generator.shuffle(spans)
    shared = [{"key": "service.name", "value": {"stringValue": "agents"}}]
    return {
        "resourceSpans": [{"resource": {"attributes": shared}, "scopeSpans": [{"spans": spans}]}]
    }


def _span(
    trace: int,
    index: int,
    start: pd.Timestamp,
    length: pd.Timedelta,
    attributes: dict[str, object],
    status: int,
) -> dict:
    begin = start.value
    kinds = {bool: "boolValue", int: "intValue", str: "stringValue"}
    return {
        "traceId": f"{trace + 1:032x}",
        "spanId": f"{index + 1:016x}",
        **({"parentSpanId": f"{1:016x}"} if index else {}),
        "name": "step",
        "kind": 1,
        "startTimeUnixNano": str(begin),
        "endTimeUnixNano": str(begin + length.value),
        "status": {"code": status} if status else {},
        "attributes": [
            {"key": key, "value": {kinds[type(value)]: value}}
            for key, value in attributes.items()
            if value is not None
        ],
    }
