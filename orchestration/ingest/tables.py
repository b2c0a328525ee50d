"""Reads tables: CSV (plain, gzip, zstd) and Parquet with the declared column names, in any order.

What belongs here: headers, malformed lines, undeclared columns. What does not: types (casts.py).
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.ingest import duck
from orchestration.ingest.casts import clean
from orchestration.ingest.feeds import Column, Feed
from orchestration.ingest.landing import LandingFile
from orchestration.ingest.packing import (
    compression,
    refuse_bomb,
    refuse_utf16,
    unpacked,
    verify,
)
from orchestration.ingest.reasons import CONTENT_ERRORS, UnreadableFile, reason_of
from orchestration.ingest.verdicts import Batch

# Undeclared columns are counted by one bit each of a 64-bit number; further ones are only named.
COUNTED_STRAYS = 60
HEADER_BYTES = 1 << 20
# What DuckDB calls the place of a Parquet row; a column of that name would hide it.
RESERVED = ("file_index", "file_row_number")
# Statements over more columns than this take minutes and gigabytes.
MAX_COLUMNS = 10_000
_BYTES = ("binary", "large_binary", "binary_view")


@dataclass(frozen=True)
class Header:
    """What files must share to be read by one statement."""

    kind: str
    names: tuple[str, ...]
    types: tuple[str, ...] = ()


def batches(
    feed: Feed, files: Iterable[LandingFile], refuse: Callable[[LandingFile, str], None]
) -> Iterator[Batch]:
    """Group files by header; files whose header will not do are refused."""
    alike: dict[Header, list[LandingFile]] = defaultdict(list)
    for file in files:
        try:
            header = _header(file)
            _check(feed, header)
        except CONTENT_ERRORS as error:
            refuse(file, reason_of(error))
        else:
            alike[header].append(file)
    for header, group in alike.items():
        yield _batch(feed, header, tuple(group))


def _header(file: LandingFile) -> Header:
    if file.path.suffix.lower() == ".parquet":
        metadata = pq.read_metadata(file.path)
        pages = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        # As CSV, each value would take at least the comma behind it.
        refuse_bomb(file.path, max(pages, metadata.num_rows * metadata.num_columns))
        schema = metadata.schema.to_arrow_schema()
        return Header("parquet", tuple(schema.names), tuple(str(kind) for kind in schema.types))
    return Header(compression(file.path) or "none", _csv_header(file.path))


def _csv_header(path: Path) -> tuple[str, ...]:
    verify(path)
    with unpacked(path) as stream:
        start = stream.read(HEADER_BYTES)
    refuse_utf16(start)
    if not start:
        raise UnreadableFile("it is empty: not even a header line")
    # The end of what was read may be the middle of a letter: only the header must decode.
    lines = io.StringIO(start.decode("utf-8-sig", errors="replace"), newline="")
    header = tuple(next(csv.reader(lines), ()))
    if not header:
        raise UnreadableFile("its first line is blank; begin with the header")
    if any("\n" in name or "\r" in name for name in header):
        raise UnreadableFile("its header goes over several lines; is a quote not closed?")
    return header


def _check(feed: Feed, header: Header) -> None:
    if len(header.names) > MAX_COLUMNS:
        raise UnreadableFile(f"it has {len(header.names)} columns, more than {MAX_COLUMNS}")
    reserved = [name for name in header.names if name.lower() in RESERVED]
    if header.kind == "parquet" and reserved:
        raise UnreadableFile(f"columns must not be called {', '.join(reserved)}")
    missing = [c.source for c in feed.columns if c.required and c.source not in header.names]
    if missing:
        raise UnreadableFile(f"required columns are missing: {', '.join(missing)}")
    twice = [c.source for c in feed.columns if header.names.count(c.source) > 1]
    if twice:
        raise UnreadableFile(f"columns occur more than once: {', '.join(twice)}")


def _batch(feed: Feed, header: Header, files: tuple[LandingFile, ...]) -> Batch:
    declared = {column.source for column in feed.columns}
    stray = [(i, n) for i, n in enumerate(header.names) if n not in declared]
    counted = stray[:COUNTED_STRAYS]
    bits = [
        f"CASE WHEN {clean(f'c{position}', feed.null_text)} IS NULL THEN 0 ELSE {1 << bit} END"
        for bit, (position, _) in enumerate(counted)
    ]
    texts = ", ".join(f"{_text(header, column)} AS t{i}" for i, column in enumerate(feed.columns))
    is_parquet = header.kind == "parquet"
    paths = duck.paths(file.path for file in files)
    scan = _parquet_scan(header, paths) if is_parquet else _csv_scan(header, paths)

    def names(mask: object) -> Iterable[str]:
        assert isinstance(mask, int)
        return [name for bit, (_, name) in enumerate(counted) if mask >> bit & 1]

    def prepare(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        if is_parquet:
            _refuse_repetition(connection, header, files)

    def finish(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
        return {} if is_parquet else _finish_csv(connection)

    relation = f"""
        SELECT _no, _row, NULL::VARCHAR AS _unreadable,
            {" + ".join(bits) or "0"} AS _stray, {texts}
        FROM ({scan})
    """
    return Batch(files, relation, names, prepare, finish)


def _text(header: Header, column: Column) -> str:
    if column.source not in header.names:
        return "NULL::VARCHAR"
    return f"c{header.names.index(column.source)}"


def _csv_scan(header: Header, paths: str) -> str:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header.names)))
    # Numbered over all files of the batch; _number makes lines of it.
    return f"""
        SELECT *, file_index AS _no, row_number() OVER () AS _row
        FROM read_csv(
            {paths}, header = true, auto_detect = false, delim = ',', quote = '"',
            escape = '"', columns = {{{columns}}}, compression = '{header.kind}',
            hive_partitioning = false, store_rejects = true, rejects_limit = 0
        )
    """


def _parquet_scan(header: Header, paths: str) -> str:
    # By position, because DuckDB takes names that differ in case for one.
    texts = ", ".join(
        f"{_parquet_text(f'#{i}', kind)} AS c{i - 1}"
        for i, kind in enumerate(header.types, start=1)
    )
    return f"""
        SELECT {texts}, file_index AS _no, file_row_number + 1 AS _row
        FROM read_parquet({paths}, file_row_number = true, hive_partitioning = false)
    """


def _refuse_repetition(
    connection: duckdb.DuckDBPyConnection, header: Header, files: tuple[LandingFile, ...]
) -> None:
    """Measure the text before it is copied: a page holds once what all its rows may repeat."""
    lengths = [
        f"coalesce({'octet_length' if kind in _BYTES else 'strlen'}(#{i}), 0)"
        for i, kind in enumerate(header.types, start=1)
        if kind in _BYTES or ("string" in kind and not _is_nested(kind))
    ]
    measured = connection.execute(
        f"""
        SELECT no, sum(length) FROM (
            SELECT file_index AS no, {" + ".join(lengths) or "0"} AS length
            FROM read_parquet({duck.paths(file.path for file in files)}, hive_partitioning = false)
        ) GROUP BY no
        """
    ).fetchall()
    for no, length in measured:
        refuse_bomb(files[no].path, length)


def _is_nested(arrow_type: str) -> bool:
    return arrow_type.startswith(("map", "struct", "list", "large_list"))


def _parquet_text(column: str, arrow_type: str) -> str:
    if _is_nested(arrow_type):
        return f"to_json({column})"
    text = f"CAST({column} AS VARCHAR)"
    # Some programs write text as bytes. Cast, every letter beyond ASCII would become an escape.
    return f"coalesce(try(decode({column})), {text})" if arrow_type in _BYTES else text


def _finish_csv(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """Turn ordinals into line numbers (the header is line 1) and add the malformed lines.

    A quote that is never closed swallows the lines behind it, so its whole file is unusable.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE malformed AS
        SELECT
            file_id AS _no,
            line AS _row,
            max(error_type) AS error_type,
            rtrim(any_value(csv_line), chr(13) || chr(10)) AS csv_line,
            row_number() OVER (PARTITION BY file_id ORDER BY line) AS earlier
        FROM reject_errors
        GROUP BY file_id, line;

        CREATE OR REPLACE TEMP TABLE typed AS
        WITH starts AS (SELECT _no, min(_row) - 2 AS skipped FROM typed GROUP BY _no),
        ordinals AS (
            SELECT typed.* REPLACE (_row - skipped AS _row) FROM typed JOIN starts USING (_no)
        ),
        shifts AS (
            SELECT _no, _row - earlier + 1 AS threshold, max(earlier) AS shift
            FROM malformed GROUP BY ALL
        )
        SELECT ordinals.* REPLACE (_row + coalesce(shift, 0) AS _row)
        FROM ordinals ASOF LEFT JOIN shifts
            ON ordinals._no = shifts._no AND ordinals._row >= shifts.threshold;

        INSERT INTO typed BY NAME
        SELECT
            _no,
            _row,
            0 AS _stray,
            'unreadable line: ' || lower(error_type) AS _reason,
            {'sha256': sha256(coalesce(csv_line, ''))}::JSON::VARCHAR AS _record
        FROM malformed;
        """
    )
    unclosed = connection.execute(
        "SELECT _no, min(_row) FROM malformed "
        "WHERE error_type = 'UNQUOTED VALUE' AND contains(csv_line, chr(10)) GROUP BY _no"
    ).fetchall()
    return {no: f"the quote opened in line {line} is not closed there" for no, line in unclosed}
