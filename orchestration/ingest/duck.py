"""How ingestion opens DuckDB and writes SQL text.

What belongs here: the settings of a connection, and quoting. What does not: any query.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.settings import Settings


def connect(
    settings: Settings, database: Path | None = None, scratch: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a database (none: in memory) in UTC, within the night's memory and threads.

    scratch: where a database in memory may spill.
    """
    connection = duckdb.connect(str(database) if database else ":memory:", config=settings.limits)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET autoinstall_known_extensions = false")
    if scratch:
        connection.execute(f"SET temp_directory = {text(str(scratch))}")
    return connection


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A quoted identifier."""
    return '"' + value.replace('"', '""') + '"'


def texts(values: Iterable[str]) -> str:
    """A list literal of texts."""
    return "[" + ", ".join(text(value) for value in values) + "]"


def paths(files: Iterable[Path | str]) -> str:
    """A list literal of file paths in which nothing is a wildcard."""
    return texts(_literal(str(file)) for file in files)


def within(folder: Path, pattern: str) -> str:
    """A text literal of a pattern of files in a folder, of whose path nothing is a wildcard."""
    return text(f"{_literal(str(folder))}/{pattern}")


def _literal(path: str) -> str:
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in path)
