"""What a feed is: its declaration, read from dbt's manifest.

What belongs here: the shape of a declaration, its validation, and the names of its types in the
engines. What does not: reading landing files, or anything that differs between feeds (that is data,
in models/staging/<source>/_<source>__sources.yml).
"""

import fnmatch
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

READERS = ("table", "json", "otlp_traces", "otlp_logs")
FORMATS = ("hex", "numbers", "unix_nanoseconds", "unix_seconds", "cents")
DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
DUCKDB_TYPES = {
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
# What every loaded row carries beside the declared columns.
PROVENANCE = {
    "_file": "string",
    "_file_sha256": "string",
    "_row": "bigint",
    "_loaded_at": "timestamp",
}


class DeclarationError(ValueError):
    """A feed is declared in a way that cannot be read; the message says where and what to write."""


@dataclass(frozen=True)
class Column:
    """One declared column.

    source: its name in a table's file.
    fields: the fields it comes from in JSON, in order of preference; dots lead into objects and,
        from the outermost one on, into the lists of `records`.
    attributes: the OTLP attributes of the record, or of its resource, that it comes from where no
        field tells it, in order of preference.
    where: a field of the same record and its values; with others the column is null (json).
    format: how its text is written, where the type alone does not say (FORMATS).
    json_keys: the column is a JSON object of which only these keys are kept.
    minimum: what it may not fall below.
    open_end: a time after the last year that is understood means that there is no end: null.
    """

    name: str
    data_type: str
    source: str
    required: bool = False
    personal: bool = False
    fields: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    where: tuple[str, tuple[str, ...]] | None = None
    format: str | None = None
    json_keys: tuple[str, ...] = ()
    minimum: int | None = None
    open_end: bool = False

    @property
    def duckdb_type(self) -> str:
        return duckdb_type(self.data_type)

    @property
    def label(self) -> str:
        """The name a person knows it by: the one in the file."""
        return (*self.attributes, *self.fields, self.source)[0]


@dataclass(frozen=True)
class Feed:
    """One declared feed.

    glob: patterns of file names, anywhere below landing/<name>/, whatever their case.
    records: the lists, one inside another, whose members are the rows (json); none: each document.
    key: columns of which the later row wins within a file (not OTLP); `sum` columns add up instead.
    event_time: the column that says when a row happened.
    time_zone: the zone of times without an offset.
    reject_limit: the share of rejected rows above which a file is refused.
    daily: a file comes every day, so that its newest day says how far data is complete.
    heavy: incremental models read it, so that changed rows are offered apart.
    """

    name: str
    glob: tuple[str, ...]
    reader: str
    columns: tuple[Column, ...]
    records: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    sum: tuple[str, ...] = ()
    event_time: str | None = None
    time_zone: str = "UTC"
    reject_limit: float = 0.01
    null_text: tuple[str, ...] = ()
    daily: bool = False
    heavy: bool = False

    @property
    def types(self) -> dict[str, str]:
        """Every column of the feed's table, declared ones first, and its declared type."""
        return {column.name: column.data_type for column in self.columns} | PROVENANCE

    @property
    def personal(self) -> tuple[str, ...]:
        """The columns that hold keys of persons."""
        return tuple(column.name for column in self.columns if column.personal)

    def matches(self, name: str) -> bool:
        """Whether a file of this name is of this feed's kind."""
        return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in self.glob)


def duckdb_type(data_type: str) -> str:
    """DuckDB's name for a declared type."""
    return DUCKDB_TYPES.get(data_type) or data_type.upper()


def feed_days(feeds: Mapping[str, Feed], quoted: Callable[[str], str]) -> str:
    """The query of raw.feed_days: how many rows of each feed carry each event date.

    quoted: spells a column's name in the engine's way.
    """
    return " UNION ALL ".join(
        f"SELECT '{name}' AS feed, CAST({quoted(feed.event_time) if feed.event_time else 'NULL'} "
        f"AS DATE) AS event_date, count(*) AS row_count FROM raw.{name} GROUP BY ALL"
        for name, feed in feeds.items()
    )


def load_feeds(manifest: Path | Mapping[str, Any]) -> dict[str, Feed]:
    """The feeds declared in dbt's manifest (its path, or its content), by name.

    Raises DeclarationError where a declaration cannot be read.
    """
    content = json.loads(manifest.read_text()) if isinstance(manifest, Path) else manifest
    sources = (node for node in content["sources"].values() if node["source_name"] == "raw")
    feeds = (_feed(node) for node in sources if "feed" in _meta(node))
    return {feed.name: feed for feed in sorted(feeds, key=lambda feed: feed.name)}


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return node.get("config", {}).get("meta") or node.get("meta") or {}


def _feed(node: Mapping[str, Any]) -> Feed:
    name = node["name"]
    declared = dict(_meta(node)["feed"])
    declared["glob"] = _texts(declared.get("glob", ()))
    for field in ("records", "key", "sum", "null_text"):
        declared[field] = _texts(declared.get(field) or ())
    columns = tuple(_column(name, column) for column in node["columns"].values())
    try:
        feed = Feed(name=name, columns=columns, **declared)
    except TypeError as error:
        raise DeclarationError(f"raw.{name}: meta.feed: {error}") from None
    _check(feed)
    return feed


def _column(feed: str, node: Mapping[str, Any]) -> Column:
    meta = _meta(node)
    data_type = (node.get("data_type") or "").lower()
    if data_type not in DUCKDB_TYPES and not DECIMAL.fullmatch(data_type):
        raise DeclarationError(f"raw.{feed}.{node['name']}: data_type {data_type!r} is not known")
    return Column(
        name=node["name"],
        data_type=data_type,
        source=meta.get("column") or node["name"],
        required=bool(meta.get("required")),
        personal=bool(meta.get("personal")),
        fields=_texts(meta.get("field") or ()),
        attributes=_texts(meta.get("attribute") or ()),
        where=_where(meta.get("where")),
        format=meta.get("format"),
        json_keys=tuple(sorted(_texts(meta.get("json_keys") or ()))),
        minimum=meta.get("minimum"),
        open_end=bool(meta.get("open_end")),
    )


def _where(declared: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]] | None:
    return (declared["field"], _texts(declared["values"])) if declared else None


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _check(feed: Feed) -> None:
    if feed.reader not in READERS:
        raise DeclarationError(f"raw.{feed.name}: reader {feed.reader!r} is none of {READERS}")
    if not feed.glob:
        raise DeclarationError(f"raw.{feed.name}: meta.feed.glob is empty")
    formats = {column.format for column in feed.columns if column.format}
    if not formats <= set(FORMATS):
        raise DeclarationError(f"raw.{feed.name}: formats {sorted(formats)} are not all {FORMATS}")
    nowhere = [c.name for c in feed.columns if not (c.fields or c.attributes)]
    if feed.reader != "table" and nowhere:
        raise DeclarationError(f"raw.{feed.name}: {nowhere} need a field or an attribute")
    named = (*feed.key, *feed.sum, *([feed.event_time] if feed.event_time else []))
    unknown = sorted(set(named) - {column.name for column in feed.columns})
    if unknown:
        raise DeclarationError(f"raw.{feed.name}: {unknown} are no columns of it")
    wrong = [c.name for c in feed.columns if c.personal != c.name.endswith("_key")]
    if wrong:
        raise DeclarationError(
            f"raw.{feed.name}: {wrong}: personal columns, and no others, end in _key"
        )
    try:
        ZoneInfo(feed.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise DeclarationError(
            f"raw.{feed.name}: time_zone {feed.time_zone!r} is unknown"
        ) from None
