"""Keeps the lake small: few files, no history that nobody needs, no file that nobody names.

What belongs here: rewriting data files without changing a row, expiring snapshots, and removing
files. What does not: changing what the lake says (commits.py, persons.py).

Everything here can be killed at any moment and done again.
"""

import json
import logging
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import duckdb

from orchestration.ingest import duck, lake
from orchestration.ingest.raw import snapshots_held
from orchestration.settings import Settings

log = logging.getLogger(__name__)

# A data file below this size is small, and so many small ones of a table become one.
SMALL_BYTES = 64 << 20
SMALL_FILES = 8


def keep_up(settings: Settings) -> None:
    """Compact each table's small files, and let go of the snapshots that no kept run needs."""
    needed = set(_needed(settings))
    with lake.open_catalog(settings) as catalog:
        for table in lake.tables(catalog):
            _compact(settings, table)
            expire(table, needed)


def expire(table: lake.Table, needed: Collection[int] = ()) -> None:
    """Forget all snapshots but the current one and those that are needed, and remove every file
    that none of them names: theirs, and what a killed commit left."""
    kept = {lake.snapshot_id(table), *needed}
    old = [s.snapshot_id for s in table.snapshots() if s.snapshot_id not in kept]
    if old:
        lake.expire(table, old)
    _remove_unnamed(table)


def rewrite(
    settings: Settings,
    table: lake.Table,
    groups: Iterable[Collection[lake.DataFile]],
    changes: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
) -> None:
    """Make one data file of each group of data files, in one transaction.

    Rows keep their order: sorting them again would take all of DuckDB's memory. changes: SQL by the
    column it replaces. properties: of the table, set in the same transaction.
    """
    chosen = [list(group) for group in groups]
    scratch = settings.staged / "upkeep"
    with closing(duck.connect(settings, scratch=scratch)) as connection:
        made = [_write(connection, table, group, changes or {}) for group in chosen]
    lake.replace(table, [file for group in chosen for file in group], made, properties or {})


def _compact(settings: Settings, table: lake.Table) -> None:
    small = [file for file in lake.planned(table) if file.file_size_in_bytes < SMALL_BYTES]
    if len(small) >= SMALL_FILES:
        log.info("%s: %d small data files become one", lake.name_of(table), len(small))
        rewrite(settings, table, [small])


def _write(
    connection: duckdb.DuckDBPyConnection,
    table: lake.Table,
    group: Collection[lake.DataFile],
    changes: Mapping[str, str],
) -> Path:
    target = lake.data_folder(table) / f"{uuid4().hex}.parquet"
    partial = target.with_suffix(".partial")
    files = duck.paths(lake.path_of(file.file_path) for file in group)
    rows = f"read_parquet({files}, union_by_name = true, hive_partitioning = false)"
    # Old files may lack a column.
    present = {column for column, *_ in connection.execute(f"DESCRIBE FROM {rows}").fetchall()}
    replaced = ", ".join(
        f"{sql} AS {duck.name(column)}" for column, sql in changes.items() if column in present
    )
    connection.execute(
        f"""
        COPY (
            SELECT * {f"REPLACE ({replaced})" if replaced else ""}
            FROM {rows}
        ) TO {duck.text(str(partial))} (FORMAT parquet, COMPRESSION zstd)
        """
    )
    os.replace(partial, target)
    return target


def _needed(settings: Settings) -> Iterator[int]:
    """The snapshots that kept publications were made of, and the warehouse may have been."""
    for manifest in settings.published.glob("manifest-*.json"):
        snapshots = json.loads(manifest.read_text(encoding="utf-8"))["snapshots"]
        yield from (snapshot for snapshot in snapshots.values() if snapshot is not None)
    yield from snapshots_held(settings)


def _remove_unnamed(table: lake.Table) -> None:
    """Remove the files in the table's folder that no snapshot names."""
    named = lake.named_files(table)
    for path in lake.folder(table).rglob("*"):
        if path.is_file() and path not in named:
            path.unlink()
