"""Runs and scores from a Langfuse export.

What belongs here: its lines as spans of a trace, its scores as evaluations. What does not: runs
themselves.

A trace line becomes a root span that carries what the line says and the error of the trace's own
root observation; observations become spans below it.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tests.oracle.documents import Row, read_records, text, utc
from tests.oracle.log_events import EVALUATIONS
from tests.oracle.spans import SPAN_COLUMNS, TOKENS

ROOT = "the trace itself"
OPERATIONS = {"GENERATION": "chat", "EMBEDDING": "embeddings"}
COLUMNS = ["trace_id", "id", "type", "data_type", "told_at", "line"]
CACHED = ("input_cached_tokens", "cache_read_input_tokens", "input_cache_read")
CREATED = ("cache_creation_input_tokens", "input_cache_creation")


def read_lines(folder: Path) -> pd.DataFrame:
    """Every line once: by trace, id and kind the later one."""
    return read_records(folder, _line, COLUMNS, COLUMNS[:4], "told_at")


def _line(line: dict) -> Iterator[Row]:
    trace = text(line.get("traceId")) or text(line.get("id"))
    times = (line.get(name) for name in ("startTime", "timestamp", "createdAt"))
    yield {
        "trace_id": trace.lower(),
        "id": text(line.get("id")).lower(),
        "type": text(line.get("type")),
        "data_type": text(line.get("dataType")),
        "told_at": utc(next(time for time in times if time)),
        "line": line,
    }


def to_spans(told: pd.DataFrame) -> pd.DataFrame:
    """Spans in the shape of those of OTLP."""
    rows = []
    told = told[told["data_type"].isna()]
    for trace, group in told.groupby("trace_id", sort=False):
        observations = group[group["type"].notna()].sort_values(["told_at", "id"])
        ids = set(observations["id"])
        parents = [_parent(line, ids) for line in observations["line"]]
        tops = [
            row
            for row, parent in zip(observations.itertuples(), parents, strict=True)
            if not parent
        ]
        own = group[group["type"].isna()]
        started = group["told_at"].min()
        line = own["line"].iloc[-1] if len(own) else {}
        is_error = bool(tops) and tops[0].line.get("level") == "ERROR"
        rows.append(_root(trace, line, started, is_error))
        rows += [
            _observation(trace, row, parent or ROOT)
            for row, parent in zip(observations.itertuples(), parents, strict=True)
        ]
    frame = pd.DataFrame(rows, columns=SPAN_COLUMNS)
    for column in ("started_at", "ended_at"):
        frame[column] = frame[column].astype("datetime64[us]")
    frame[TOKENS] = frame[TOKENS].astype("int64")
    frame[["is_error", "is_handoff"]] = frame[["is_error", "is_handoff"]].astype(bool)
    times = ["started_at", "ended_at"]
    texts = frame.columns.difference([*times, "is_error", "is_handoff", *TOKENS])
    frame[texts] = frame[texts].astype("str")
    return frame


def _parent(line: dict, ids: set[str]) -> str | None:
    parent = text(line.get("parentObservationId"))
    return parent.lower() if parent and parent.lower() in ids else None


def _root(trace: str, line: dict, started: pd.Timestamp, is_error: bool) -> dict:
    facts = line.get("metadata") or {}
    names = ("agent_id", "workflow_id", "work_item_id", "team_id")
    return {
        "trace_id": trace,
        "span_id": ROOT,
        "started_at": started,
        "ended_at": started,
        "is_error": is_error,
        **{name: text(facts.get(name)) for name in names},
        "person_id": text(line.get("userId")),
        "is_handoff": False,
        **dict.fromkeys(TOKENS, 0),
    }


def _observation(trace: str, row: object, parent: str) -> dict:
    line = row.line
    usage = line.get("usageDetails") or {}
    cached, created = (
        next((int(usage[name]) for name in names if usage.get(name) is not None), 0)
        for names in (CACHED, CREATED)
    )
    end = line.get("endTime")
    return {
        "trace_id": trace,
        "span_id": row.id,
        "parent_span_id": parent,
        "started_at": row.told_at,
        "ended_at": utc(end) if end else row.told_at,
        "is_error": line.get("level") == "ERROR",
        "operation_name": OPERATIONS.get(row.type),
        "request_model": text(line.get("model")),
        "input_tokens": int(usage.get("input") or 0) + cached + created,
        "output_tokens": int(usage.get("output") or 0),
        "cached_input_tokens": cached,
        "is_handoff": (line.get("metadata") or {}).get("agent_handoff") in (True, "true"),
    }


def to_evaluations(told: pd.DataFrame) -> pd.DataFrame:
    """Scores of traces."""
    rows = []
    for row in told[told["data_type"].notna()].itertuples():
        line = row.line
        if not text(line.get("traceId")):
            continue
        value = line.get("value")
        at = line.get("timestamp") or line.get("createdAt")
        rows.append(
            {
                "trace_id": row.trace_id,
                "span_id": (text(line.get("observationId")) or "").lower(),
                "evaluation_name": text(line.get("name")),
                "source": "langfuse",
                "score_value": None if value is None else float(value),
                "score_label": text(line.get("stringValue")),
                "evaluated_at": utc(at),
            }
        )
    frame = pd.DataFrame(rows, columns=EVALUATIONS)
    return frame.assign(evaluated_at=frame["evaluated_at"].astype("datetime64[us]"))
