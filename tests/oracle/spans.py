"""Spans from OTLP/JSON lines.

What belongs here: which files of a feed count, lines, attributes, retries. What does not: runs.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

SPAN_ATTRIBUTES = {
    "operation_name": ("gen_ai.operation.name",),
    "agent_id": ("gen_ai.agent.id",),
    "provider_name": ("gen_ai.provider.name", "gen_ai.system"),
    "request_model": ("gen_ai.request.model",),
    "response_model": ("gen_ai.response.model",),
    "input_tokens": ("gen_ai.usage.input_tokens",),
    "output_tokens": ("gen_ai.usage.output_tokens",),
    "cached_input_tokens": ("gen_ai.usage.cache_read.input_tokens",),
    "error_type": ("error.type",),
    "work_item_id": ("work_item.id",),
    "workflow_id": ("workflow.id",),
    "team_id": ("team.id",),
    "person_id": ("person.id",),
    "is_handoff": ("agent.handoff",),
}
SPAN_COLUMNS = [
    "trace_id",
    "span_id",
    "parent_span_id",
    "started_at",
    "ended_at",
    "is_error",
    *SPAN_ATTRIBUTES,
]


TOKENS = ["input_tokens", "output_tokens", "cached_input_tokens"]
REQUIRED = ("traceId", "spanId", "startTimeUnixNano", "endTimeUnixNano")


def files(folder: Path) -> Iterator[Path]:
    """Files in the order of their names, each content once."""
    seen = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest not in seen and not path.name.startswith((".", "_")):
            seen.add(digest)
            yield path


def lines(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        yield from stream


def _value(value: dict) -> object:
    for kind, content in value.items():
        return int(content) if kind == "intValue" else content
    return None


def attributes(holder: dict) -> dict[str, object]:
    return {a["key"]: _value(a.get("value", {})) for a in holder.get("attributes", ())}


def read_spans(folder: Path) -> pd.DataFrame:
    """Spans of all lines, each (trace, span) once: the one that ends last, then the later load."""
    rows = [row for path in files(folder) for line in lines(path) for row in _spans(line)]
    spans = pd.DataFrame(rows, columns=SPAN_COLUMNS)
    for column in ("started_at", "ended_at"):
        spans[column] = pd.to_datetime(spans[column].astype("int64"), unit="us").astype(
            "datetime64[us]"
        )
    for column in TOKENS:
        spans[column] = pd.to_numeric(spans[column]).fillna(0).astype("int64")
    spans["is_handoff"] = spans["is_handoff"].isin([True, "true"])
    texts = spans.columns.difference(["started_at", "ended_at", "is_error", "is_handoff", *TOKENS])
    spans[texts] = spans[texts].astype("str")
    spans["is_error"] = spans["is_error"].astype(bool)
    spans = spans.sort_values("ended_at", kind="stable")
    return spans.drop_duplicates(["trace_id", "span_id"], keep="last").reset_index(drop=True)


def _spans(line: str) -> Iterator[tuple]:
    try:
        request = json.loads(line)
    except json.JSONDecodeError:
        return
    for resource in request.get("resourceSpans", ()):
        shared = attributes(resource.get("resource", {}))
        for scope in resource.get("scopeSpans", ()):
            for span in scope.get("spans", ()):
                if not all(span.get(k) for k in REQUIRED):
                    continue
                yield _span(span, shared)


def _span(span: dict, shared: dict[str, object]) -> tuple:
    facts = {**shared, **attributes(span)}
    values = (
        next((facts[k] for k in keys if facts.get(k) not in (None, "")), None)
        for keys in SPAN_ATTRIBUTES.values()
    )
    parent = (span.get("parentSpanId") or "").lower() or None
    started = int(span["startTimeUnixNano"]) // 1000
    ended = int(span["endTimeUnixNano"]) // 1000
    is_error = span.get("status", {}).get("code") in (2, "2", "STATUS_CODE_ERROR")
    return (
        span["traceId"].lower(),
        span["spanId"].lower(),
        parent,
        started,
        ended,
        is_error,
        *values,
    )
