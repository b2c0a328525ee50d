"""The heavy models' fingerprint changes with what their rows depend on, and with nothing else; a
project is parsed once for all data folders."""

import copy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt import completed_fingerprint, heavy_fingerprint, remember_fingerprint
from orchestration.settings import PROJECT, Settings
from tests.conftest import environment


def model(checksum: str, macros: list[str], **meta: object) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "raw_code": "select 1",
        "checksum": {"checksum": checksum},
        "config": {"materialized": "incremental", "unique_key": "trace_id", "meta": meta},
        "depends_on": {"macros": macros},
    }


def macro(name: str, calls: list[str] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "package_name": "outturn",
        "macro_sql": f"body of {name}",
        "depends_on": {"macros": calls or []},
    }


MANIFEST: dict[str, Any] = {
    "metadata": {"project_name": "outturn"},
    "nodes": {
        "runs": model("1", ["m.touched"], heavy=True),
        "spans": model("2", []),
        "windows": model("4", [], compared=True),
        "models": {"resource_type": "seed", "checksum": {"checksum": "5"}, "config": {}},
        "kpi": model("3", ["m.ratio"]),
    },
    "sources": {
        "raw.traces": {
            "resource_type": "source",
            "config": {"meta": {"feed": {"heavy": True}}},
            "columns": {"trace_id": {"data_type": "string", "config": {"meta": {}}}},
        }
    },
    "macros": {
        "m.touched": macro("touched", ["m.days"]),
        "m.days": macro("days"),
        "m.duckdb__days": macro("duckdb__days"),
        "m.ratio": macro("ratio"),
    },
    "parent_map": {
        "runs": ["spans", "windows"],
        "spans": ["raw.traces"],
        "windows": ["models"],
        "kpi": ["runs"],
    },
}


@pytest.mark.parametrize(
    ("path", "value", "changes"),
    [
        (["nodes", "runs", "checksum", "checksum"], "9", True),
        (["nodes", "spans", "checksum", "checksum"], "9", True),
        (["nodes", "runs", "config", "unique_key"], "span_id", True),
        (["sources", "raw.traces", "columns", "trace_id", "data_type"], "bigint", True),
        (["macros", "m.touched", "macro_sql"], "other", True),
        (["macros", "m.days", "macro_sql"], "other", True),
        (["macros", "m.duckdb__days", "macro_sql"], "other", True),
        (["nodes", "windows", "checksum", "checksum"], "9", True),
        (["nodes", "models", "checksum", "checksum"], "9", False),
        (["nodes", "kpi", "checksum", "checksum"], "9", False),
        (["macros", "m.ratio", "macro_sql"], "other", False),
    ],
)
def test_fingerprint_follows_the_lineage(path: list[str], value: str, changes: bool) -> None:
    changed = copy.deepcopy(MANIFEST)
    *parents, last = path
    place = changed
    for parent in parents:
        place = place[parent]
    place[last] = value

    assert (heavy_fingerprint(changed) != heavy_fingerprint(MANIFEST)) is changes


def test_fingerprint_is_kept_in_the_warehouse(settings: Settings) -> None:
    assert completed_fingerprint(settings) is None

    remember_fingerprint(settings, "one")
    remember_fingerprint(settings, "two")

    assert completed_fingerprint(settings) == "two"


def test_a_parse_serves_another_data_folder(small_company: Path, tmp_path: Path) -> None:
    [run] = (small_company / "runs").iterdir()
    shutil.copy(run / "dbt_staging" / "partial_parse.msgpack", tmp_path)

    parsed = subprocess.run(
        [sys.executable, "-m", "orchestration.dbt_process", "parse", "--log-level", "debug"],
        cwd=PROJECT,
        env=environment(tmp_path / "elsewhere")
        | {"OUTTURN_MEMORY_LIMIT": "1GB", "DBT_TARGET_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Partial parsing enabled, no changes found, skipping parsing" in parsed.stdout
