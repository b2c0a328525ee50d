"""From what a reader hands over to typed rows, each with its verdict.

What belongs here: the one statement in which text becomes values, problems and rejects. What does
not: formats of files (tables.py, documents.py, otlp.py) and what happens to the rows afterwards
(staging.py).

A reader hands over a relation of `_no` (the file's number in the batch), `_row`, `_unreadable` (the
hash of a record that could not be parsed, else null), `_stray` (which undeclared names the record
held, in the reader's own code) and one text `t<i>` for the i-th declared column.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import duckdb

from orchestration.ingest import casts
from orchestration.ingest.duck import name, text
from orchestration.ingest.feeds import Column, Feed
from orchestration.ingest.landing import LandingFile


@dataclass(frozen=True)
class Batch:
    """Files of one feed that one statement reads.

    relation: the SQL of what the reader hands over.
    strays: decodes a value of `_stray` into undeclared names.
    prepare: what to do on the connection before it is read.
    finish: adds to the table `typed` the records that never reached the relation, numbers the rows,
        and says which files (by `_no`) cannot be used after all.
    """

    files: tuple[LandingFile, ...]
    relation: str
    strays: Callable[[object], Iterable[str]]
    prepare: Callable[[duckdb.DuckDBPyConnection], None]
    finish: Callable[[duckdb.DuckDBPyConnection], dict[int, str]]


def type_rows(connection: duckdb.DuckDBPyConnection, feed: Feed, batch: Batch) -> dict[int, str]:
    """Make the table `typed`: the feed's columns, `_no`, `_row`, `_stray`, and for rejected rows
    `_reason`, `_column` and `_record` (JSON of the declared, non-personal texts, objects and lists
    apart).

    Returns why files (by `_no`) must be refused whole.
    """
    indexed = list(enumerate(feed.columns))
    values = ",\n".join(
        f"{casts.cast(column, f't{i}', feed.time_zone)} AS v{i}" for i, column in indexed
    )
    problems = "\n".join(_problems(i, column) for i, column in indexed)
    texts = ", ".join(f"{casts.clean(f't{i}', feed.null_text)} AS t{i}" for i, _ in indexed)
    columns = ",\n".join(
        f"{casts.finished(column, f'v{i}')} AS {name(column.name)}" for i, column in indexed
    )
    record = ", ".join(_recorded(i, column) for i, column in indexed if not column.personal)
    batch.prepare(connection)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE typed AS
        WITH handed AS ({batch.relation}),
        cleaned AS (SELECT _no, _row, _unreadable, _stray, {texts} FROM handed),
        valued AS (SELECT *, {values} FROM cleaned),
        judged AS (
            SELECT *, CASE
                WHEN _unreadable IS NOT NULL THEN
                    {{'column': NULL::VARCHAR, 'reason': 'unreadable line'}}
                {problems}
            END AS _problem
            FROM valued
        )
        SELECT
            {columns},
            _no,
            _row,
            _stray,
            _problem.column AS _column,
            _problem.reason AS _reason,
            CASE
                WHEN _unreadable IS NOT NULL THEN {{'sha256': _unreadable}}::JSON::VARCHAR
                WHEN _problem IS NOT NULL THEN
                    json_merge_patch('{{}}', json_object({record}))::VARCHAR
            END AS _record
        FROM judged
        """
    )
    return batch.finish(connection)


def _problems(i: int, column: Column) -> str:
    def when(condition: str, reason: str) -> str:
        problem = f"{{'column': {text(column.label)}, 'reason': {text(reason)}}}"
        return f"WHEN {condition} THEN {problem}"

    understood = f"coalesce({casts.is_understood(column, f'v{i}')}, false)"
    cases = []
    if column.personal or column.data_type != "string" or column.format or column.json_keys:
        cases.append(when(f"t{i} IS NOT NULL AND NOT {understood}", casts.complaint(column)))
    elif column.fields or column.attributes:
        # What somebody wrote may stand in it, which a value of the declared kind never holds.
        cases.append(when(f"is_structure(t{i})", "an object or a list, not a text"))
    if column.minimum is not None:
        cases.append(when(f"v{i} < {column.minimum}", f"below {column.minimum}"))
    if column.required:
        cases.insert(0, when(f"t{i} IS NULL", "required but missing"))
    return "\n".join(cases)


def _recorded(i: int, column: Column) -> str:
    is_filtered = column.json_keys or column.format == "numbers"
    plain = f"CASE WHEN NOT is_structure(t{i}) THEN t{i} END"
    shown = casts.finished(column, f"v{i}") if is_filtered else plain
    return f"{text(column.label)}, {shown}"
