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

_UNREADABLE = (
    "CASE WHEN coalesce(json_type(record), '') <> 'OBJECT' THEN coalesce(unreadable, hash) END"
)


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

    def value(field: str) -> str:
        level, path = _place(feed, field)
        return f"f{level}[{paths[level].index(path) + 1}]"

    values = ", ".join(f"{_text(column, value)} AS t{i}" for i, column in enumerate(feed.columns))
    place = ", ".join(["row", *(f"i{level}" for level in range(1, depth + 1))])
    row = f"row_number() OVER (PARTITION BY no ORDER BY {place})" if depth else "row"
    read = "".join(_level(level, name, paths[level]) for level, name in enumerate(feed.records))
    return f"""
        WITH opened_0 AS (
            SELECT no, row, broken AS unreadable, sha256(line) AS hash,
                CASE WHEN json_valid(line) THEN CAST(line AS JSON) END AS record
            FROM landed_lines
        ),
        {read}
        told AS (
            SELECT *, {row} AS _row, {_UNREADABLE} AS _unreadable,
                {_told(depth, paths[depth])}, {_strays(paths[depth])} AS _stray
            FROM opened_{depth}
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


def _level(level: int, name: str, paths: list[tuple[str, ...]]) -> str:
    """The members of a list, each a row; what is no list, or no object in it, is unreadable.

    What is told beside the list is read before it is opened: a document carried along with its
    members would be held in memory, and read, as often as it has members.
    """
    path = text(_json_path((name,)))
    return f"""
        level_{level} AS (
            SELECT * EXCLUDE (record, unreadable), {_UNREADABLE} AS unreadable,
                {_told(level, paths)},
                CASE
                    WHEN json_type(record, {path}) = 'ARRAY' THEN
                        from_json(json_extract(record, {path}), '["JSON"]')
                    ELSE [NULL]
                END AS members
            FROM opened_{level}
        ),
        opened_{level + 1} AS (
            SELECT * EXCLUDE (members), unnest(members) AS record,
                generate_subscripts(members, 1) AS i{level + 1}
            FROM level_{level}
        ),
    """


def _told(level: int, paths: list[tuple[str, ...]]) -> str:
    """The texts that a record tells at these paths, in a list."""
    return f"json_extract_string(record, {texts(map(_json_path, paths))}::VARCHAR[]) AS f{level}"


def _strays(paths: list[tuple[str, ...]]) -> str:
    """The list of names that hold a value and that no declared path leads to."""
    objects = sorted({path[:end] for path in paths for end in range(len(path))} | {()})
    # Merging leaves out what is null (RFC 7396).
    held = "json_merge_patch('{}', record)"
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
