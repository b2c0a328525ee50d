"""Vendors' reports, logs and Langfuse at their oddest.

What belongs here: one cost told by two sources, cents and cached tokens, buckets told twice, traces
of two tools. What does not: tables (exceptions_vendors.py).
"""

import json
from pathlib import Path

import pandas as pd

from tests.oracle.chance import DAYS, FIRST, Chance, worker

PROJECTS = ["proj_purchasing", "proj_offers", "proj_nobody", None]
WORKSPACES = ["wrkspc_code", "wrkspc_nobody", None]
MODELS = ["gpt-4o-mini", "claude-sonnet-4-5", "helix-pro", None]
AGENTS = ["purchase-clerk", "code-helper", "stranger", None]


def write(landing: Path, chance: Chance, items: list[str]) -> None:
    """Write the feeds that come as JSON."""
    days = [FIRST + pd.Timedelta(days=n) for n in range(0, DAYS, 2)]
    for provider in ("openai", "anthropic"):
        for kind in ("costs", "usage"):
            make = PAGES[provider, kind]
            pages = [make(chance, days), make(chance, days[:9])]
            _json(landing / f"{provider}_{kind}", [json.dumps(page) for page in pages])
    traces = _langfuse(chance, items)
    _json(landing / "langfuse", ["\n".join(traces), "\n".join(traces[:200])])
    logs = [_log(chance) for _ in range(600)]
    _json(landing / "otlp_logs", ["\n".join(logs), "\n".join(logs[:100])])


def _json(folder: Path, texts: list[str]) -> None:
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.json").write_text(text + "\n" * (number + 1))


def _once(rows: list[dict], *keys: str) -> list[dict]:
    """Rows of which no two in a bucket have the same dimensions."""
    return list({tuple(row.get(key) for key in keys): row for row in rows}.values())


def _openai_costs(chance: Chance, days: list[pd.Timestamp]) -> dict:
    return _openai_page(
        days,
        lambda: [
            {
                "amount": {"value": chance.of([1.5, 0.333333, 12]), "currency": "usd"},
                "line_item": chance.of(["gpt-4o-mini, input", "web search"]),
                "project_id": chance.of(PROJECTS),
            }
            for _ in range(2)
        ],
        "project_id",
        "line_item",
    )


def _openai_usage(chance: Chance, days: list[pd.Timestamp]) -> dict:
    return _openai_page(
        days,
        lambda: [
            {
                "input_tokens": 900,
                "input_cached_tokens": chance.of([0, 300]),
                "output_tokens": 80,
                "project_id": chance.of(PROJECTS),
                "model": chance.of(MODELS),
                "batch": chance.of([True, False, None]),
            }
            for _ in range(3)
        ],
        "project_id",
        "model",
        "batch",
    )


def _openai_page(days: list[pd.Timestamp], results: object, *keys: str) -> dict:
    data = [
        {
            "object": "bucket",
            "start_time": int(day.timestamp()),
            "end_time": int(day.timestamp()) + 86_400,
            "results": _once(results(), *keys),
        }
        for day in days
    ]
    return {"object": "page", "data": data, "has_more": False, "next_page": None}


def _anthropic_costs(chance: Chance, days: list[pd.Timestamp]) -> dict:
    return _anthropic_page(
        days,
        lambda: [
            {
                "amount": chance.of(["1234.5", "0.07"]),
                "currency": chance.of(["USD", "EUR"]),
                "description": chance.of(["Claude Sonnet Usage", "Web Search"]),
                "workspace_id": chance.of(WORKSPACES),
            }
            for _ in range(2)
        ],
        "workspace_id",
        "description",
    )


def _anthropic_usage(chance: Chance, days: list[pd.Timestamp]) -> dict:
    return _anthropic_page(
        days,
        lambda: [
            {
                "uncached_input_tokens": 500,
                "cache_creation": {
                    "ephemeral_1h_input_tokens": 7,
                    "ephemeral_5m_input_tokens": chance.of([0, 11]),
                },
                "cache_read_input_tokens": chance.of([0, 400]),
                "output_tokens": 90,
                "model": chance.of(MODELS[1:]),
                "workspace_id": chance.of(WORKSPACES),
                "service_tier": chance.of(["standard", None]),
            }
            for _ in range(3)
        ],
        "workspace_id",
        "model",
        "service_tier",
    )


def _anthropic_page(days: list[pd.Timestamp], results: object, *keys: str) -> dict:
    data = [
        {
            "starting_at": f"{day.isoformat()}Z",
            "ending_at": f"{(day + pd.Timedelta(days=1)).isoformat()}Z",
            "results": _once(results(), *keys),
        }
        for day in days
    ]
    return {"data": data, "has_more": False, "next_page": None}


def _langfuse(chance: Chance, items: list[str]) -> list[str]:
    """Traces in OTLP's ids and own ones, of every second one a line of its own."""
    lines = []
    for number in range(300):
        trace = f"{number + 1:032X}" if number % 3 == 0 else f"lf-{number}"
        start = chance.moment()
        if number % 10:
            meta = {"agent_id": chance.of(AGENTS), "work_item_id": chance.of([*items, None])}
            lines.append(
                {
                    "id": trace,
                    "timestamp": f"{start}Z",
                    "userId": worker(chance) if chance.true(0.3) else None,
                    "metadata": meta | {"team_id": chance.of(["ward", None])},
                }
            )
        lines += [_observation(chance, trace, start, index) for index in range(number % 4)]
        if chance.true(0.3):
            lines.append(_score(chance, trace, start, number))
    return [json.dumps(line) for line in lines]


def _observation(chance: Chance, trace: str, start: pd.Timestamp, index: int) -> dict:
    begin = start + chance.hours(0.1)
    used = {"input": 700, "output": 60, "total": 760}
    used |= chance.of([{}, {"cache_read_input_tokens": 200}, {"input_cached_tokens": 50}])
    used |= chance.of([{}, {"cache_creation_input_tokens": 30}])
    return {
        "id": f"{trace}-{index}",
        "traceId": trace,
        "parentObservationId": chance.of([None, f"{trace}-0", "gone"]) if index else None,
        "type": chance.of(["GENERATION", "SPAN", "EMBEDDING", "EVENT"]),
        "startTime": f"{begin}Z",
        "endTime": f"{begin + chance.hours(0.1)}Z" if chance.true(0.8) else None,
        "model": chance.of(MODELS),
        "usageDetails": used,
        "level": chance.of(["DEFAULT", "DEFAULT", "ERROR"]),
        "metadata": {"agent_handoff": True} if chance.true(0.1) else {},
    }


def _score(chance: Chance, trace: str, start: pd.Timestamp, number: int) -> dict:
    is_number = chance.true(0.7)
    return {
        "id": f"score-{number}",
        "traceId": trace,
        "observationId": chance.of([None, f"{trace}-0"]),
        "name": chance.of(["relevance", "tone"]),
        "dataType": "NUMERIC" if is_number else "CATEGORICAL",
        "source": "EVAL",
        "timestamp": f"{start + chance.hours(1)}Z",
        **({"value": 0.5} if is_number else {"stringValue": "kind"}),
    }


def _log(chance: Chance) -> str:
    moment = str(chance.moment().value)
    if chance.true(0.5):
        facts = {
            "event.name": chance.of(["api_request", "claude_code.api_request", "tool_result"]),
            "user.id": worker(chance),
            "session.id": chance.of(["s1", "s2"]),
            "model": "claude-sonnet-4-5",
            "input_tokens": chance.of([10, 400]),
            "cache_read_tokens": chance.of([0, 1000]),
            "output_tokens": 55,
        }
        record = {"timeUnixNano": moment, "attributes": _attributes(facts)}
    else:
        facts = {
            "gen_ai.evaluation.name": chance.of(["relevance", "tone"]),
            "gen_ai.evaluation.score.value": chance.of([0.25, 1.0, None]),
            "gen_ai.evaluation.score.label": chance.of(["good", None]),
        }
        record = {
            "eventName": "gen_ai.evaluation.result",
            "observedTimeUnixNano": moment,
            "traceId": f"{chance.generator.integers(1, 300):032X}",
            "spanId": chance.of([f"{1:016x}", ""]),
            "attributes": _attributes(facts),
        }
    service = _attributes({"service.name": chance.of(["claude-code", "agents"])})
    scope = {"scopeLogs": [{"logRecords": [record]}], "resource": {"attributes": service}}
    return json.dumps({"resourceLogs": [scope]})


def _attributes(facts: dict[str, object]) -> list[dict]:
    kinds = {int: "intValue", float: "doubleValue", str: "stringValue"}
    return [
        {"key": key, "value": {kinds[type(value)]: value}}
        for key, value in facts.items()
        if value is not None
    ]


PAGES = {
    ("openai", "costs"): _openai_costs,
    ("openai", "usage"): _openai_usage,
    ("anthropic", "costs"): _anthropic_costs,
    ("anthropic", "usage"): _anthropic_usage,
}
