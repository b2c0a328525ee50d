"""What landing files say, read without any code or library that ingestion reads them with.

What belongs here: files to texts. What does not: what ingestion made of them (test_bad_input.py).

A reading has one entry a row, in order: its texts by declared column, or None where nobody can read
the row. A text is null where the file says nothing, and OPAQUE where it says something whose text
depends on who writes it.
"""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.ingest import Feed
from tests.torture.mutations import DEEP_LIST, DEEP_OBJECT

OPAQUE = "\0something\0"
_BLANKS = " \t\r\n\u00a0"
Row = dict[str, str | None] | None


@dataclass
class Reading:
    """The rows of a file; their numbers, where they are known; how many lines were blank."""

    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    blank_lines: int = 0

    def add(self, number: int, row: Row) -> None:
        self.numbers.append(number)
        self.rows.append(row)


def read(feed: Feed, name: str, content: bytes, unread: set[str]) -> Reading | None:
    """Read a file; None where its bytes do not say what its rows are.

    unread: hashes of lines of JSON that ingestion rejected; one that seems sound here counts as one
        row that nobody can read.
    """
    if name.endswith(".parquet"):
        return _parquet(feed, content)
    plain = _unpacked(name, content)
    if plain is None:
        return None
    if feed.reader == "table":
        return _csv(feed, plain)
    reading = Reading()
    for number, line in _lines(plain):
        rows = _rows_of_line(feed, line)
        # Of a document only a member may be unreadable; other lines are read whole or not at all.
        is_whole = not feed.records or None not in rows
        if is_whole and hashlib.sha256(line).hexdigest() in unread:
            rows = [None]
        for row in rows:
            reading.add(len(reading.rows) + 1 if feed.records else number, row)
    return reading


def clean(feed: Feed, text: str | None) -> str | None:
    """A text without blanks around it; null where it says that there is no value."""
    stripped = text.strip(_BLANKS) if text is not None else ""
    return None if stripped in ("", "NULL", *feed.null_text) else stripped


def _unpacked(name: str, content: bytes) -> bytes | None:
    try:
        if name.endswith(".gz"):
            return gzip.decompress(content)
        if name.endswith(".zst"):
            with pa.input_stream(pa.py_buffer(content), compression="zstd") as stream:
                return stream.read()
    except (OSError, EOFError, gzip.zlib.error):
        return None
    return content


def _csv(feed: Feed, plain: bytes) -> Reading | None:
    text = plain.removeprefix(b"\xef\xbb\xbf").decode(errors="surrogateescape")
    if "\n" in text and "\r" in text.replace("\r\n", ""):
        return None
    limit = csv.field_size_limit(1 << 30)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return None
    finally:
        csv.field_size_limit(limit)
    if not records:
        return None
    header, *told = records
    reading = Reading(blank_lines=sum(not record for record in told))
    for number, record in enumerate((record for record in told if record), start=2):
        if len(record) == len(header) + 1 and not record[-1]:
            del record[-1]
        texts = dict(zip(header, record, strict=False))
        row = {c.name: clean(feed, texts.get(c.source)) for c in feed.columns}
        is_whole = len(record) == len(header) and not any(map(_is_broken, row.values()))
        reading.add(number, row if is_whole else None)
    return reading


def _is_broken(text: str | None) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in text or "")


def _parquet(feed: Feed, content: bytes) -> Reading | None:
    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError, UnicodeDecodeError, ValueError):
        return None
    reading = Reading()
    for number, values in enumerate(zip(*table.to_pydict().values(), strict=True), start=1):
        told = dict(zip(table.column_names, values, strict=True))
        reading.add(number, {c.name: _text(feed, told.get(c.source)) for c in feed.columns})
    return reading


def _text(feed: Feed, value: object) -> str | None:
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return OPAQUE
    if value is None or isinstance(value, str):
        return clean(feed, value)
    return OPAQUE


def _lines(plain: bytes) -> Iterator[tuple[int, bytes]]:
    content = plain.removeprefix(b"\xef\xbb\xbf")
    try:
        json.loads(_shallow(content))
    except (ValueError, RecursionError):
        lines = content.split(b"\n")
        yield from ((i, line) for i, line in enumerate(lines, start=1) if line.strip())
    else:
        yield 1, content


def _rows_of_line(feed: Feed, line: bytes) -> list[Row]:
    rows_of = _documents if feed.reader == "json" else _spans
    try:
        return list(rows_of(feed, json.loads(_shallow(line), **_STRICT)))
    except (ValueError, RecursionError, AttributeError, TypeError):
        return [None]


def _shallow(line: bytes) -> str:
    """A line as text, without what is too deep for Python to read."""
    text = line.decode()
    for deep in (DEEP_OBJECT, DEEP_LIST):
        text = text.replace(deep, '{"a": {}}')
    return text


def _first_told(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


_STRICT: dict[str, Any] = {
    "parse_int": str,
    "parse_float": lambda told: OPAQUE,
    "parse_constant": lambda told: OPAQUE,
    "object_pairs_hook": _first_told,
}


def _json_text(feed: Feed, value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return _text(feed, value)


def _documents(feed: Feed, document: Any) -> Iterator[Row]:
    yield from _members(feed, feed.records, {}, document)


def _members(
    feed: Feed, lists: tuple[str, ...], outside: dict[tuple[str, ...], Any], record: Any
) -> Iterator[Row]:
    depth = len(feed.records) - len(lists)
    inside = outside | {feed.records[:depth]: record}
    if not isinstance(record, dict):
        yield None
    elif not lists:
        yield {c.name: _json_text(feed, _told(feed, inside, c.fields)) for c in feed.columns}
    elif not isinstance(record.get(lists[0]), list):
        yield None
    else:
        for member in record[lists[0]]:
            yield from _members(feed, lists[1:], inside, member)


def _told(feed: Feed, records: dict[tuple[str, ...], Any], fields: tuple[str, ...]) -> Any:
    for name in fields:
        parts = tuple(name.split("."))
        within = max((p for p in records if parts[: len(p)] == p), key=len)
        value = records[within]
        for part in parts[len(within) :]:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            return value
    return None


def _spans(feed: Feed, request: Any) -> Iterator[Row]:
    """The spans of a request. What is no object holds none; where it is null, a row is missing."""
    if request and request.get("resourceSpans") is None:
        raise ValueError("it is no request")
    for told in request.get("resourceSpans", []):
        about = _list(_object(told).get("resource"), "attributes")
        for scope in [None] if told is None else _list(told, "scopeSpans"):
            for span in [None] if scope is None else _list(scope, "spans"):
                yield _span(feed, span, about) if isinstance(span, dict) else None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any, name: str) -> list[Any]:
    held = _object(value).get(name)
    if not isinstance(held, list | None):
        raise TypeError(f"{name} is no list")
    return held or []


def _span(feed: Feed, span: dict[str, Any], about: list[Any]) -> Row:
    row: Row = {}
    for column in feed.columns:
        if column.attributes:
            row[column.name] = _json_text(feed, _attribute(column.attributes, span, about))
            continue
        [told] = column.fields
        value: Any = span
        for part in told.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if told.endswith("Id") and isinstance(value, str):
            value = value.lower() if value.strip("0") else None
        elif (told == "kind" and value is not None) or told == "status.code":
            value = OPAQUE
        row[column.name] = _json_text(feed, value)
    return row


def _attribute(names: tuple[str, ...], span: dict[str, Any], about: list[Any]) -> Any:
    for attributes in (span.get("attributes") or [], about):
        for name in names:
            named = [
                a.get("value") for a in attributes if isinstance(a, dict) and a.get("key") == name
            ]
            if named and named[0] is not None:
                return next(iter(named[0].values()), None)
    return None
