"""Small companies and what their warehouses say.

What belongs here: writing landing files, having their nights run, reading the marts. What does
not: how a night runs (night.py, in a process of its own).
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from demo.company import write
from orchestration.settings import PROJECT
from tests.oracle.columns import GRAINS

SCALE = 0.1


class NightFailed(RuntimeError):
    """A short night failed; the message is its last output."""


def make_demo_companies(workspace: Path, seeds: Iterable[int], marts: Iterable[str]) -> list[Path]:
    """Data folders of demo companies by seed, with no models but these and what they need."""
    folders = [workspace / f"seed_{seed}" for seed in seeds]
    for seed, folder in zip(seeds, folders, strict=True):
        write(folder, seed, SCALE, None)
    run_nights(workspace, folders, marts)
    return folders


def run_nights(workspace: Path, folders: Iterable[Path], marts: Iterable[str] = ()) -> None:
    """Build the warehouse of each folder in one other process. marts: none means all models."""
    command = [sys.executable, "-m", "tests.oracle.night", str(workspace), *map(str, folders)]
    command += [f"+{mart}" for mart in marts]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise NightFailed(result.stdout[-4000:] + result.stderr[-4000:])


def read_marts(data: Path) -> dict[str, pd.DataFrame]:
    """Every mart the oracle knows, from a warehouse."""
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, table_schema from information_schema.tables"
        ).fetchall()
        places = {name: schema for name, schema in tables if name in GRAINS}
        return {
            name: connection.execute(f'from "{schema}"."{name}"').df()
            for name, schema in places.items()
        }


def read_truth(data: Path) -> dict[str, Any]:
    """What was planted and what came of it."""
    return json.loads((data / "truth.json").read_text(encoding="utf-8"))


def as_of_date(data: Path) -> pd.Timestamp:
    """The last complete day, as ingestion recorded it."""
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute("select complete_to from raw.completeness").fetchone()
    return pd.Timestamp(row[0])
