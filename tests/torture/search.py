"""Where a text stands in a data folder, whatever wrote it there.

What belongs here: looking into every file, also those that pack what they hold. What does not:
which texts must not be found.
"""

from contextlib import closing
from pathlib import Path

import duckdb


def holding(folder: Path, *texts: str) -> set[tuple[str, str]]:
    """The files below a folder, its landing files apart, that hold one of these texts, and which;
    of databases and Parquet the rows are read too."""
    return {
        (path.relative_to(folder).as_posix(), text)
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != "landing"
        for text in _found(path, texts)
    }


def _found(path: Path, texts: tuple[str, ...]) -> set[str]:
    content = path.read_bytes()
    found = {text for text in texts if text.encode() in content}
    if path.suffix == ".parquet":
        with closing(duckdb.connect()) as connection:
            found |= _in_rows(connection, f"read_parquet('{path}')", texts)
    if path.suffix == ".duckdb":
        with closing(duckdb.connect(str(path), read_only=True)) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where not internal"
            ).fetchall()
            for schema, table in tables:
                found |= _in_rows(connection, f'"{schema}"."{table}"', texts)
    return found


def _in_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, texts: tuple[str, ...]
) -> set[str]:
    held = ", ".join("coalesce(bool_or(contains(row_text, ?)), false)" for _ in texts)
    [row] = connection.execute(
        f"select {held} from (select cast(t as varchar) as row_text from {relation} t)", texts
    ).fetchall()
    return {text for text, is_held in zip(texts, row, strict=True) if is_held}
