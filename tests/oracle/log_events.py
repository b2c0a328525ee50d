"""Events from OTLP/JSON log lines: requests of coding assistants, evaluations of runs.

What belongs here: which log records count, and once. What does not: spans.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tests.oracle.spans import attributes, files, lines

REQUESTS = [
    "requested_at",
    "person_id",
    "session_id",
    "model",
    "sequence",
    "input_tokens",
    "output_tokens",
]
EVALUATIONS = [
    "trace_id",
    "span_id",
    "evaluation_name",
    "source",
    "score_value",
    "score_label",
    "evaluated_at",
]
INPUTS = ("input_tokens", "cache_read_tokens", "cache_creation_tokens")
EVALUATION_KEY = ["trace_id", "span_id", "evaluation_name", "source", "evaluated_at"]


def read_events(folder: Path) -> dict[str, pd.DataFrame]:
    """otlp_logs: when each record happened; api_requests, evaluations: each key's later load."""
    asked, judged, happened = [], [], []
    for path in files(folder):
        for line in filter(str.strip, lines(path)):
            for record, facts in _records(json.loads(line)):
                happened.append(_moment(record))
                name = record.get("eventName") or facts.get("event.name")
                is_assistant = facts.get("service.name") == "claude-code"
                if name == "claude_code.api_request" or (is_assistant and name == "api_request"):
                    asked.append(_request(record, facts))
                if name == "gen_ai.evaluation.result":
                    judged.append(_evaluation(record, facts))
    requests = pd.DataFrame(asked, columns=REQUESTS).drop_duplicates(REQUESTS[:5], keep="last")
    requests["requested_at"] = _times(requests["requested_at"])
    requests[REQUESTS[5:]] = requests[REQUESTS[5:]].astype("int64")
    evaluations = pd.DataFrame(judged, columns=EVALUATIONS)
    evaluations = evaluations.dropna(subset=["trace_id", "evaluation_name"])
    evaluations["evaluated_at"] = _times(evaluations["evaluated_at"])
    return {
        "otlp_logs": pd.DataFrame({"occurred_at": _times(pd.Series(happened, dtype="int64"))}),
        "api_requests": requests,
        "evaluations": evaluations.drop_duplicates(EVALUATION_KEY, keep="last"),
    }


def _times(micros: pd.Series) -> pd.Series:
    return pd.to_datetime(micros.astype("int64"), unit="us").astype("datetime64[us]")


def _records(request: dict) -> Iterator[tuple[dict, dict[str, object]]]:
    for resource in request.get("resourceLogs", ()):
        shared = attributes(resource.get("resource", {}))
        for scope in resource.get("scopeLogs", ()):
            for record in scope.get("logRecords", ()):
                yield record, {**shared, **attributes(record)}


def _moment(record: dict) -> int:
    return int(record.get("timeUnixNano") or record["observedTimeUnixNano"]) // 1000


def _request(record: dict, facts: dict[str, object]) -> tuple:
    return (
        _moment(record),
        facts.get("user.id"),
        facts.get("session.id"),
        facts.get("model"),
        None if facts.get("event.sequence") is None else int(str(facts["event.sequence"])),
        sum(int(facts.get(name) or 0) for name in INPUTS),
        int(facts.get("output_tokens") or 0),
    )


def _evaluation(record: dict, facts: dict[str, object]) -> tuple:
    value = facts.get("gen_ai.evaluation.score.value")
    return (
        (record.get("traceId") or "").lower() or None,
        (record.get("spanId") or "").lower(),
        facts.get("gen_ai.evaluation.name"),
        "otlp_logs",
        None if value is None else float(value),
        facts.get("gen_ai.evaluation.score.label"),
        _moment(record),
    )
