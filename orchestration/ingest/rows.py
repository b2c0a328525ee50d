"""What becomes of typed rows: the Parquet of a batch, its rejects, and the count of each.

What belongs here: SQL over the table `typed` (see verdicts.py). What does not: deciding which files
are usable (staging.py).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from heapq import nsmallest
from pathlib import Path

import duckdb

from orchestration.ingest import duck, otlp
from orchestration.ingest.feeds import Feed
from orchestration.ingest.verdicts import Batch

# Of undeclared names, so many are kept a file, and so many letters of each.
STRAY_NAMES, STRAY_LETTERS = 50, 60


def count(connection: duckdb.DuckDBPyConnection, batch: Batch) -> list[tuple[int, int]]:
    """Rows read and rows rejected of every file of the batch."""
    counted = connection.execute(
        "SELECT _no, count(*), count(_reason) FROM typed GROUP BY _no"
    ).fetchall()
    by_no = {no: (read, rejected) for no, read, rejected in counted}
    return [by_no.get(no, (0, 0)) for no in range(len(batch.files))]


def first_reject(connection: duckdb.DuckDBPyConnection, no: int) -> str:
    """Where the file's first rejected row is, and what is wrong with it."""
    [(row, column, reason)] = connection.execute(
        "SELECT _row, _column, _reason FROM typed "
        "WHERE _no = ? AND _reason IS NOT NULL ORDER BY _row LIMIT 1",
        [no],
    ).fetchall()
    return f"row {row}: {f'{column}: ' if column else ''}{reason}"


def choose(
    connection: duckdb.DuckDBPyConnection, batch: Batch, usable: Mapping[int, object]
) -> None:
    """Note which files of the batch count from here on."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE chosen (_no BIGINT, _file VARCHAR, _file_sha256 VARCHAR)"
    )
    for no in usable:
        file = batch.files[no]
        connection.execute("INSERT INTO chosen VALUES (?, ?, ?)", [no, file.file, file.sha256])


def write(
    connection: duckdb.DuckDBPyConnection, feed: Feed, at: datetime, parquet: Path
) -> dict[int, tuple[int, date | None]]:
    """Write the batch's good rows as they landed; of those that share a key in a file, the last.

    Returns the number of rows written of every file that has any, and their newest event date
    before the day of `at`.
    """
    keys = () if feed.reader in otlp.SIGNALS else feed.key
    columns = ", ".join(
        f"coalesce(repeated.{duck.name(c.name)}, typed.{duck.name(c.name)}) AS {duck.name(c.name)}"
        if keys and c.name in feed.sum
        else f"typed.{duck.name(c.name)}"
        for c in feed.columns
    )
    event = duck.name(feed.event_time) if feed.event_time else "NULL::DATE"
    connection.execute(
        f"""
        COPY (
            SELECT {columns}, _file, _file_sha256, _row, TIMESTAMP '{at:%Y-%m-%d %H:%M:%S.%f}'
                AS _loaded_at
            FROM typed JOIN chosen USING (_no)
            {_repeated(feed, keys) if keys else ""}
            WHERE _reason IS NULL
            {"AND (repeated._last IS NULL OR _row = repeated._last)" if keys else ""}
        ) TO {duck.text(str(parquet))} (FORMAT parquet, COMPRESSION zstd)
        """
    )
    written = connection.execute(
        f"""
        SELECT _no, count(*), max(CAST({event} AS DATE)) FILTER (CAST({event} AS DATE) < ?)
        FROM read_parquet({duck.paths([parquet])}, hive_partitioning = false)
        JOIN chosen USING (_file)
        GROUP BY _no
        """,
        [at.date()],
    ).fetchall()
    if not written:
        parquet.unlink()
    return {no: (kept, newest) for no, kept, newest in written}


def _repeated(feed: Feed, keys: Sequence[str]) -> str:
    """The join with the few keys that several rows of a file share: their last row, and sums.

    Telling the last row of every key by a window would shuffle all rows, and hold them in memory.
    """
    names = [duck.name(key) for key in keys]
    sums = "".join(
        f", CAST(sum({duck.name(c.name)}) AS {c.duckdb_type}) AS {duck.name(c.name)}"
        for c in feed.columns
        if c.name in feed.sum
    )
    same = " AND ".join(f"typed.{key} IS NOT DISTINCT FROM repeated.{key}" for key in names)
    return f"""
        LEFT JOIN (
            SELECT _no, {", ".join(names)}, max(_row) AS _last{sums}
            FROM typed
            WHERE _reason IS NULL
            GROUP BY _no, {", ".join(names)}
            HAVING count(*) > 1
        ) AS repeated ON typed._no = repeated._no AND {same}
    """


def write_rejects(connection: duckdb.DuckDBPyConnection, feed: Feed, parquet: Path) -> None:
    """Write the batch's rejected rows, if there are any."""
    relation = "FROM typed JOIN chosen USING (_no) WHERE _reason IS NOT NULL"
    if not connection.execute(f"SELECT count(*) {relation}").fetchall()[0][0]:
        return
    connection.execute(
        f"""
        COPY (
            SELECT {duck.text(feed.name)} AS feed, _file, _file_sha256, _row,
                _column AS column_name, _reason AS reason, _record AS record
            {relation}
            ORDER BY _file, _row
        ) TO {duck.text(str(parquet))} (FORMAT parquet, COMPRESSION zstd)
        """
    )


def count_strays(connection: duckdb.DuckDBPyConnection, batch: Batch) -> dict[int, dict[str, int]]:
    """How many rows of each file held a value under each undeclared name.

    Of a file, the names of most rows are kept; of as many rows, the first in the alphabet: in which
    order the engine counted makes no difference.
    """
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for no, stray, number in connection.execute(
        "SELECT _no, _stray, count(*) FROM typed WHERE _stray IS NOT NULL GROUP BY _no, _stray"
    ).fetchall():
        for name in batch.strays(stray):
            counted[no][name[:STRAY_LETTERS]] += number
    return {
        no: dict(sorted(nsmallest(STRAY_NAMES, names.items(), lambda told: (-told[1], told[0]))))
        for no, names in counted.items()
        if names
    }
