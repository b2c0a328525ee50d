"""What stands in a data folder, whatever wrote it there.

What belongs here: looking into every file, also those that pack what they hold. What does not:
which texts must not be found.
"""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb


def holding(folder: Path, *texts: str) -> set[tuple[str, str]]:
    """The files below a folder, landing apart, that hold one of these texts, and which."""
    return {
        (name, text) for name, part in written(folder) for text in texts if text.encode() in part
    }


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder that is not a landing file, raw and unpacked, by its path."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if not name.startswith("landing/"):
            yield name, path.read_bytes()
            for part in _unpacked(path):
                yield name, part


def _unpacked(path: Path) -> Iterator[bytes]:
    """The rows of a file that packs them, as text."""
    match path.suffix:
        case ".parquet":
            with closing(duckdb.connect()) as connection:
                yield from _rows(connection, f"read_parquet('{path}')")
        case ".duckdb":
            with closing(duckdb.connect(str(path), read_only=True)) as connection:
                # Views read files that are searched themselves.
                tables = connection.execute(
                    "select schema_name, table_name from duckdb_tables() where not internal"
                ).fetchall()
                for schema, table in tables:
                    yield from _rows(connection, f'"{schema}"."{table}"')
        case ".db":
            with closing(sqlite3.connect(path)) as connection:
                yield "\n".join(connection.iterdump()).encode()
        case ".gz":
            yield gzip.decompress(path.read_bytes())


def _rows(connection: duckdb.DuckDBPyConnection, relation: str) -> Iterator[bytes]:
    cursor = connection.execute(f"select cast(told as varchar) from {relation} as told")
    while chunk := cursor.fetchmany(10_000):
        yield "\n".join(row for (row,) in chunk).encode()
