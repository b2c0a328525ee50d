"""The schema raw of the warehouse: views over the lake, and the state of files and days.

What belongs here: registering, and remembering with which contents the warehouse completed. What
does not: changing the lake.

Rows count as changed where their file's content was added to, or removed from, the lake since the
warehouse completed. What came and went in between counts too: a night that did not complete may
have made models of it. Contents are compared, not data files: a data file that was rewritten
without some content makes nothing else of it change.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.ingest import duck, lake, spark
from orchestration.ingest.feeds import Feed, duckdb_type, feed_days
from orchestration.ingest.ledger import LOADED, Entry, Ledger
from orchestration.ingest.staging import now
from orchestration.settings import Settings

log = logging.getLogger(__name__)

_FILES = (
    "feed VARCHAR, file VARCHAR, sha256 VARCHAR, status VARCHAR, rows_read BIGINT, "
    "rows_loaded BIGINT, rows_rejected BIGINT, rows_superseded BIGINT, undeclared VARCHAR, "
    "loaded_at TIMESTAMP, reason VARCHAR"
)
_REJECTS = {
    "feed": "string",
    "_file": "string",
    "_file_sha256": "string",
    "_row": "bigint",
    "column_name": "string",
    "reason": "string",
    "record": "string",
}


def register(
    settings: Settings, feeds: dict[str, Feed], clock: Callable[[], datetime] = now
) -> None:
    """Make the schema raw of the warehouse, and of the cluster that makes the models where one
    does, say what the lake holds now."""
    with lake.open_catalog(settings) as catalog:
        tables = {name: lake.find_table(catalog, feed) for name, feed in feeds.items()}
    ledgers = {name: lake.read_ledger(table) for name, table in tables.items()}
    current = {name: lake.data_files(table) for name, table in tables.items()}
    complete_to = _complete_to(feeds, ledgers, clock().astimezone(UTC).date())
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with closing(duck.connect(settings, settings.warehouse)) as connection:
        connection.execute("BEGIN")
        _register_inputs(connection, feeds, current, list(_file_rows(ledgers)), complete_to)
        rejects = _reject_files(settings, ledgers)
        connection.execute(
            f"CREATE OR REPLACE TABLE raw.rejects AS {relation(_REJECTS, rejects)} "
            "SEMI JOIN (SELECT sha256 FROM raw.files WHERE status = 'loaded') AS kept "
            "ON _file_sha256 = sha256"
        )
        _register_snapshots(connection, tables)
        changes = {
            name: _changes(connection, feed, tables[name])
            for name, feed in feeds.items()
            if feed.heavy
        }
        for name, parts in changes.items():
            _register_changes(connection, feeds[name], parts)
        _remember_attempt(connection)
        connection.execute("COMMIT")
    if settings.spark:
        folders = {name: lake.data_folder(table) for name, table in tables.items() if table}
        spark.execute(
            settings.spark,
            spark.statements(settings.spark, feeds, folders, current, changes, complete_to),
        )


def register_again(
    settings: Settings,
    warehouse: Path,
    feeds: dict[str, Feed],
    snapshots: Mapping[str, int | None],
    files: Iterable[Mapping[str, Any]],
    complete_to: date,
) -> None:
    """Make the schema raw of another warehouse say what this lake held at these snapshots.

    snapshots: by feed; feeds it does not name were empty. files: what raw.files said then.
    Raises LakeError where the lake no longer has a snapshot or one of its files.
    """
    with lake.open_catalog(settings) as catalog:
        held = {
            name: lake.data_files(lake.find_table(catalog, feed), snapshots[name])
            for name, feed in feeds.items()
            if snapshots.get(name) is not None
        }
    with closing(duck.connect(settings, warehouse)) as connection:
        connection.execute("BEGIN")
        inputs = {name: held.get(name, set()) for name in feeds}
        _register_inputs(connection, feeds, inputs, files, complete_to)
        for name, feed in feeds.items():
            if feed.heavy:
                _replace_view(connection, f"raw.{name}__changed", f"SELECT * FROM raw.{name}")
        connection.execute(f"CREATE TABLE raw.rejects AS {relation(_REJECTS, [])}")
        connection.execute("COMMIT")


def _register_inputs(
    connection: duckdb.DuckDBPyConnection,
    feeds: Mapping[str, Feed],
    data_files: Mapping[str, Iterable[str]],
    files: Iterable[Mapping[str, Any]],
    complete_to: date,
) -> None:
    """What models read: the feeds' rows, their files, and the last complete day."""
    _ensure_memory(connection)
    for name, feed in feeds.items():
        _replace_view(connection, f"raw.{name}", relation(feed.types, data_files[name]))
    _register_files(connection, files)
    connection.execute(
        "CREATE OR REPLACE TABLE raw.completeness AS SELECT ?::DATE AS complete_to", [complete_to]
    )
    _register_feed_days(connection, feeds)


def complete(settings: Settings, feeds: Iterable[str]) -> None:
    """Remember that the warehouse completed with what is registered of these feeds."""
    chosen = f"feed IN (SELECT unnest({duck.texts(feeds)}::VARCHAR[]))"
    with closing(duck.connect(settings, settings.warehouse)) as connection:
        _ensure_memory(connection)
        connection.execute(
            f"""
            BEGIN;
            CREATE OR REPLACE TABLE raw.completed_snapshots AS
                FROM raw.registered_snapshots WHERE {chosen};
            CREATE OR REPLACE TABLE raw.completed_contents AS
                SELECT feed, sha256, loaded_at FROM raw.files
                WHERE status = 'loaded' AND {chosen};
            DELETE FROM raw.attempted_snapshots;
            DELETE FROM raw.attempted_contents;
            COMMIT;
            """
        )


def snapshots_held(settings: Settings) -> set[int]:
    """The lake's snapshots of which the warehouse may hold rows: those with which it last
    completed, and those that were registered since."""
    if not settings.warehouse.exists():
        return set()
    with closing(duck.connect(settings, settings.warehouse)) as connection:
        _ensure_memory(connection)
        held = connection.execute(
            "SELECT snapshot_id FROM"
            " (FROM raw.completed_snapshots UNION FROM raw.attempted_snapshots)"
            " WHERE snapshot_id NOTNULL"
        ).fetchall()
        return {snapshot for (snapshot,) in held}


def reset(settings: Settings) -> None:
    """Forget that the warehouse ever completed: every row counts as changed at the next
    registration."""
    if not settings.warehouse.exists():
        return
    with closing(duck.connect(settings, settings.warehouse)) as connection:
        connection.execute(
            "DROP TABLE IF EXISTS raw.completed_snapshots;"
            "DROP TABLE IF EXISTS raw.completed_contents;"
            "DROP TABLE IF EXISTS raw.attempted_snapshots;"
            "DROP TABLE IF EXISTS raw.attempted_contents"
        )


def snapshots(settings: Settings, feeds: dict[str, Feed]) -> dict[str, int | None]:
    """The lake's current snapshot of each feed; None where it has none."""
    with lake.open_catalog(settings) as catalog:
        return {
            name: lake.snapshot_id(lake.find_table(catalog, feed)) for name, feed in feeds.items()
        }


def input_files(settings: Settings, feeds: dict[str, Feed]) -> list[dict[str, Any]]:
    """What raw.files says, read from the lake: one dict a feed and file."""
    with lake.open_catalog(settings) as catalog:
        ledgers = {
            name: lake.read_ledger(lake.find_table(catalog, feed)) for name, feed in feeds.items()
        }
    return list(_file_rows(ledgers))


def relation(types: Mapping[str, str], files: Iterable[Path | str]) -> str:
    """A query of exactly these columns over Parquet files, whatever columns the files have.

    types: declared types by column name. Without files it is empty, and typed all the same.
    """
    typed = {name: duckdb_type(kind) for name, kind in types.items()}
    nothing = ", ".join(f"NULL::{kind} AS {duck.name(column)}" for column, kind in typed.items())
    empty = f"SELECT {nothing} WHERE false"
    chosen = sorted(str(file) for file in files)
    if not chosen:
        return f"FROM ({empty})"
    columns = ", ".join(
        f"CAST({duck.name(column)} AS {kind}) AS {duck.name(column)}"
        for column, kind in typed.items()
    )
    return (
        f"SELECT {columns} FROM ({empty} UNION ALL BY NAME "
        f"SELECT * FROM read_parquet({duck.paths(chosen)}, union_by_name = true, "
        "hive_partitioning = false))"
    )


def _replace_view(connection: duckdb.DuckDBPyConnection, view: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE VIEW {view} AS {query}")


def _ensure_memory(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        CREATE SCHEMA IF NOT EXISTS raw;
        CREATE TABLE IF NOT EXISTS raw.completed_snapshots (feed VARCHAR, snapshot_id BIGINT);
        CREATE TABLE IF NOT EXISTS raw.completed_contents
            (feed VARCHAR, sha256 VARCHAR, loaded_at TIMESTAMP);
        CREATE TABLE IF NOT EXISTS raw.attempted_snapshots (feed VARCHAR, snapshot_id BIGINT);
        CREATE TABLE IF NOT EXISTS raw.attempted_contents
            (feed VARCHAR, sha256 VARCHAR, loaded_at TIMESTAMP);
        """
    )


def _register_files(
    connection: duckdb.DuckDBPyConnection, files: Iterable[Mapping[str, Any]]
) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE raw.files ({_FILES})")
    rows = [list(row.values()) for row in files]
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO raw.files VALUES ({marks})", rows)


def _file_rows(ledgers: dict[str, Ledger]) -> Iterable[dict[str, Any]]:
    for feed, ledger in ledgers.items():
        for file, entry in ledger.rows():
            yield {
                "feed": feed,
                "file": file,
                "sha256": entry.sha256,
                "status": entry.status,
                "rows_read": entry.rows_read,
                "rows_loaded": entry.rows_loaded,
                "rows_rejected": entry.rows_rejected,
                "rows_superseded": entry.rows_superseded,
                "undeclared": json.dumps(entry.undeclared, ensure_ascii=False),
                "loaded_at": entry.at,
                "reason": entry.reason,
            }


def _reject_files(settings: Settings, ledgers: dict[str, Ledger]) -> set[Path]:
    return {
        lake.rejects_path(settings, feed, entry.batch)
        for feed, ledger in ledgers.items()
        for entry in ledger.files.values()
        if entry.rows_rejected and entry.batch
    }


def _complete_to(feeds: dict[str, Feed], ledgers: dict[str, Ledger], today: date) -> date:
    """The last day of which every feed's data has come (see raw.completeness)."""

    def newest(ledger: Ledger) -> date | None:
        return max((e.newest for e in _loaded(ledger) if e.newest), default=None)

    days = {name: newest(ledger) for name, ledger in ledgers.items() if feeds[name].event_time}
    daily = [day for name, day in days.items() if feeds[name].daily and day]
    others = [day for day in days.values() if day]
    return min(daily or others, default=today - timedelta(days=1))


def _loaded(ledger: Ledger) -> Iterable[Entry]:
    return (entry for entry in ledger.files.values() if entry.status == LOADED)


def _register_snapshots(
    connection: duckdb.DuckDBPyConnection, tables: dict[str, lake.Table | None]
) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE raw.registered_snapshots (feed VARCHAR, snapshot_id BIGINT)"
    )
    for name, table in tables.items():
        connection.execute(
            "INSERT INTO raw.registered_snapshots VALUES (?, ?)", [name, lake.snapshot_id(table)]
        )


def _changes(
    connection: duckdb.DuckDBPyConnection, feed: Feed, table: lake.Table | None
) -> list[spark.Part]:
    """What was added since the warehouse completed, and what was removed."""
    current = lake.data_files(table)

    def files(kind: str) -> set[str]:
        snapshots = connection.execute(
            f"SELECT snapshot_id FROM raw.{kind}_snapshots WHERE feed = ? AND snapshot_id NOTNULL",
            [feed.name],
        ).fetchall()
        return {file for (one,) in snapshots for file in lake.data_files(table, one)}

    completed = files("completed")
    return [
        (current - completed, _contents(connection, _ADDED, feed.name)),
        ((completed | files("attempted")) - current, _contents(connection, _REMOVED, feed.name)),
    ]


def _remember_attempt(connection: duckdb.DuckDBPyConnection) -> None:
    """What is registered now may be in the models from here on, whether the warehouse completes."""
    connection.execute(
        """
        CREATE OR REPLACE TABLE raw.attempted_snapshots AS
            FROM raw.attempted_snapshots UNION FROM raw.registered_snapshots;
        CREATE OR REPLACE TABLE raw.attempted_contents AS
            FROM raw.attempted_contents UNION
            SELECT feed, sha256, loaded_at FROM raw.files WHERE status = 'loaded';
        """
    )


def _register_changes(
    connection: duckdb.DuckDBPyConnection, feed: Feed, parts: Iterable[spark.Part]
) -> None:
    """The view raw.<feed>__changed, and how much it touches, to the log."""
    view = f"raw.{feed.name}__changed"
    _replace_view(connection, view, " UNION ALL ".join(_only(feed, *part) for part in parts))
    counted = f"count(DISTINCT {duck.name(feed.key[0])})" if feed.key else "count(*)"
    [(touched,)] = connection.execute(f"SELECT {counted} FROM {view}").fetchall()
    unit = f"values of {feed.key[0]}" if feed.key else "rows"
    log.info("%s: %d %s touched", feed.name, touched, unit)


def _register_feed_days(connection: duckdb.DuckDBPyConnection, feeds: Mapping[str, Feed]) -> None:
    """The view raw.feed_days: how many rows of each feed carry each event date."""
    if feeds:
        _replace_view(connection, "raw.feed_days", feed_days(feeds, duck.name))


_ADDED = """
    SELECT sha256 FROM raw.files AS files
    ANTI JOIN raw.completed_contents AS completed USING (feed, sha256, loaded_at)
    WHERE feed = ? AND status = 'loaded'
"""
_REMOVED = """
    SELECT DISTINCT sha256
    FROM (FROM raw.completed_contents UNION FROM raw.attempted_contents) AS held
    ANTI JOIN (FROM raw.files WHERE status = 'loaded') AS files USING (feed, sha256, loaded_at)
    WHERE feed = ?
"""


def _contents(connection: duckdb.DuckDBPyConnection, query: str, feed: str) -> list[str]:
    return [sha256 for (sha256,) in connection.execute(query, [feed]).fetchall()]


def _only(feed: Feed, files: Iterable[str], contents: list[str]) -> str:
    """The rows of these contents in these files."""
    if not contents:
        files = ()
    return (
        f"SELECT * FROM ({relation(feed.types, files)}) "
        f"WHERE list_contains({duck.texts(sorted(contents))}::VARCHAR[], _file_sha256)"
    )
