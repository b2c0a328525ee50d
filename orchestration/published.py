"""Reading what is published: the file readers get now, read-only and locked down.

What belongs here: following the link and opening what it points to. What does not: publishing
(publish.py), or what a reader asks.
"""

from pathlib import Path

import duckdb

from orchestration.publish import LINK
from orchestration.settings import read_settings


def latest() -> Path | None:
    """The publication readers get now; None where nothing was published yet."""
    link = read_settings().published / LINK
    return link.resolve() if link.exists() else None


def connect(path: str | Path) -> duckdb.DuckDBPyConnection:
    """Published marts, read-only; what is asked of them can read nothing else."""
    return duckdb.connect(
        str(path),
        read_only=True,
        config={"enable_external_access": False, "lock_configuration": True},
    )
