"""Reads JSON: one document a line or a file, whose declared lists hold the rows.

What belongs here: lists inside documents, and the fields of their members. What does not: lines
(lines.py), types (casts.py).

A page of a vendor's report is a document with a list of buckets, each with a list of results;
declared as `records: [data, results]`, every result is a row, and `data.start_time` its bucket's
start. Without `records` the document itself is the row.
"""

from collections.abc import Callable

from orchestration.ingest.duck import text, texts
from orchestration.ingest.feeds import Column, Feed


def relation(feed: Feed) -> str:
    """The SQL that makes the feed's rows of lines.

    Undeclared names are those of the row itself and of the objects its fields lead into. Rows are
    numbered by line, or, where a document holds many, one by one.
    """
    depth = len(feed.records)
    fields = {field for column in feed.columns for field in column.fields}
    fields |= {column.where[0] for column in feed.columns if column.where}
    paths: dict[int, list[tuple[str, ...]]] = {level: [] for level in range(depth + 1)}
    for level, path in sorted(_place(feed, field) for field in fields):
        paths[level].append(path)
    told = ", ".join(
        f"json_extract_string(record_{level}, {texts(map(_json_path, paths[level]))}) AS f{level}"
        for level in paths
        if paths[level]
    )

    def value(field: str) -> str:
        level, path = _place(feed, field)
        return f"f{level}[{paths[level].index(path) + 1}]"

    values = ", ".join(f"{_text(column, value)} AS t{i}" for i, column in enumerate(feed.columns))
    place = ", ".join(["row", *(f"i{level}" for level in range(1, depth + 1))])
    row = f"row_number() OVER (PARTITION BY no ORDER BY {place})" if depth else "row"
    opened = "".join(_opened(level, name) for level, name in enumerate(feed.records, start=1))
    return f"""
        WITH parsed AS (
            SELECT *, CASE WHEN json_valid(line) THEN CAST(line AS JSON) END AS record_0
            FROM landed_lines
        ),
        level_0 AS (
            SELECT *, CASE
                WHEN broken IS NOT NULL THEN broken
                WHEN coalesce(json_type(record_0), '') <> 'OBJECT' THEN sha256(line)
            END AS unreadable_0
            FROM parsed
        ),
        {opened}
        told AS (
            SELECT no, {row} AS _row, unreadable_{depth} AS _unreadable, {told},
                {_strays(depth, paths[depth])} AS _stray
            FROM level_{depth}
        )
        SELECT no AS _no, _row, _unreadable, _stray, {values} FROM told
    """


def _text(column: Column, value: Callable[[str], str]) -> str:
    told = f"coalesce({', '.join(map(value, column.fields))})"
    if column.where is None:
        return told
    field, values = column.where
    return f"CASE WHEN list_contains({texts(values)}, {value(field)}) THEN {told} END"


def _place(feed: Feed, field: str) -> tuple[int, tuple[str, ...]]:
    """How many of the lists a field lies inside, and its path from there."""
    parts = tuple(field.split("."))
    level = 0
    while level < len(feed.records) and parts[level] == feed.records[level]:
        level += 1
    return level, parts[level:]


def _opened(level: int, name: str) -> str:
    """The members of a list, each a row; what is no list, or no object in it, is unreadable."""
    outer, path = f"record_{level - 1}", text(_json_path((name,)))
    return f"""
        members_{level} AS (
            SELECT *, CASE
                WHEN unreadable_{level - 1} IS NULL AND json_type({outer}, {path}) = 'ARRAY' THEN
                    from_json(json_extract({outer}, {path}), '["JSON"]')
                ELSE [NULL]
            END AS m{level}
            FROM level_{level - 1}
        ),
        opened_{level} AS (
            SELECT
                *,
                unnest(m{level}) AS record_{level},
                generate_subscripts(m{level}, 1) AS i{level}
            FROM members_{level}
        ),
        level_{level} AS (
            SELECT *, CASE
                WHEN unreadable_{level - 1} IS NOT NULL THEN unreadable_{level - 1}
                WHEN coalesce(json_type(record_{level}), '') <> 'OBJECT' THEN sha256(line)
            END AS unreadable_{level}
            FROM opened_{level}
        ),
    """


def _strays(level: int, paths: list[tuple[str, ...]]) -> str:
    """The list of names that hold a value and that no declared path leads to."""
    objects = sorted({path[:end] for path in paths for end in range(len(path))} | {()})
    # Merging leaves out what is null (RFC 7396).
    held = f"json_merge_patch('{{}}', record_{level})"
    keys = f"json_keys({held}, {texts(map(_json_path, objects))})"
    known = {path[:end] for path in paths for end in range(1, len(path) + 1)}
    undeclared = ", ".join(
        f"coalesce([{text('.'.join((*inside, '')))} || key FOR key IN {keys}[{i}] "
        f"IF NOT list_contains({texts(p[-1] for p in known if p[:-1] == inside)}::VARCHAR[], key)"
        "], [])"
        for i, inside in enumerate(objects, start=1)
    )
    return f"flatten([{undeclared}])"


def _json_path(path: tuple[str, ...]) -> str:
    return "".join(["$", *(f'."{part}"' for part in path)])
