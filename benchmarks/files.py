"""Simulated rows as landing files and seeds.

What belongs here: writing a query's rows where ingestion or dbt read them. What does not: what
the rows say.
"""

from pathlib import Path

import duckdb
import pyarrow as pa


def write_landing(landing: Path, feed: str, tables: dict[str, pa.Table], query: str) -> None:
    """A Parquet file of a feed, from a query over tables by name."""
    folder = landing / feed
    folder.mkdir(parents=True, exist_ok=True)
    _copy(tables, query, f"'{folder / f'{feed}.parquet'}' (format parquet)")


def write_seed(seeds: Path, seed: str, rows: pa.Table, columns: str) -> None:
    """A seed in place of the project's own, from columns over rows."""
    _copy({"rows": rows}, f"select {columns} from rows", f"'{seeds / f'{seed}.csv'}' (header)")


def _copy(tables: dict[str, pa.Table], query: str, target: str) -> None:
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        connection.execute(f"copy ({query}) to {target}")
