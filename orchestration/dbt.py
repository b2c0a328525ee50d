"""The dbt project as the night sees it: its manifest, its executable, its fingerprint.

What belongs here: preparing and reading the manifest, and telling whether the heavy models changed.
What does not: Dagster assets made of models (assets/models.py).
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
from dagster_dbt import DbtCliResource, DbtProject
from packaging.version import Version

from orchestration import dbt_process
from orchestration.settings import PROJECT, Settings

PROJECT_SOURCES = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests/dbt")


class Dbt(DbtCliResource):
    """dbt of the running interpreter: it may not be on the PATH."""

    @cached_property
    def _cli_version(self) -> Version:
        """The installed version; `dbt --version` would ask a package registry."""
        return Version(version("dbt-core"))


def dbt_project() -> DbtProject:
    """The project; dbt's own DBT_TARGET_PATH says where its manifest is."""
    target = os.environ.get("DBT_TARGET_PATH") or "target"
    return DbtProject(project_dir=PROJECT, target_path=PROJECT / target)


def dbt_resource(project: DbtProject) -> Dbt:
    """dbt, in processes that end with this one."""
    return Dbt(
        project_dir=project,
        dbt_executable=sys.executable,
        global_config_flags=["-m", dbt_process.__name__],
    )


def prepare_manifest(project: DbtProject) -> Path:
    """Make the manifest when it is missing or older than the project; return where it is."""
    manifest = project.manifest_path
    if not manifest.exists() or _newest(project.project_dir) > manifest.stat().st_mtime_ns:
        dbt_resource(project).cli(["parse", "--quiet"], target_path=project.target_path).wait()
    return manifest


def _newest(project: Path) -> int:
    """When the project last changed; a folder's own time tells of removed files."""
    return max(
        path.stat().st_mtime_ns
        for source in PROJECT_SOURCES
        for path in _files_and_folders(project / source)
    )


def _files_and_folders(path: Path) -> Iterator[Path]:
    if path.exists():
        yield path
        yield from path.rglob("*")


def read_manifest(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def fingerprint(settings: Settings, manifest: dict[str, Any]) -> str:
    """What the heavy models are made by and of, data apart: the engine, and `heavy_fingerprint`."""
    return f"{settings.target} {heavy_fingerprint(manifest)}"


def heavy_fingerprint(manifest: dict[str, Any]) -> str:
    """Hash of everything the rows of the heavy models depend on, data apart.

    That is the heavy models (config meta `heavy: true`) and their ancestors: their SQL and
    configuration, the seeds' content, the sources' declaration, and the macros all of them use.
    What is behind a model of meta `compared: true` does not count: heavy models keep its rows with
    theirs, and themselves make again what differs.
    """
    nodes = {**manifest["nodes"], **manifest["sources"]}
    heavy = [key for key, node in nodes.items() if _meta(node).get("heavy") and "raw_code" in node]

    def parents(key: str) -> list[str]:
        is_compared = _meta(nodes.get(key, {})).get("compared")
        return [] if is_compared else manifest["parent_map"].get(key, [])

    lineage = _reachable(heavy, parents)
    described = {key: _describe(nodes[key]) for key in sorted(lineage) if key in nodes}
    called = {macro for key in lineage for macro in _macros_of(nodes.get(key, {}))}
    macros = manifest["macros"]
    used = _reachable(called, lambda key: _called_by_macro(key, macros))
    described |= {key: macros[key]["macro_sql"] for key in sorted(used) if _is_ours(key, manifest)}
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    return node.get("config", {}).get("meta") or {}


def _describe(node: dict[str, Any]) -> Any:
    if node["resource_type"] == "source":
        columns = {
            name: [column.get("data_type"), column.get("config", {}).get("meta")]
            for name, column in node["columns"].items()
        }
        return [_meta(node), columns]
    config = node["config"]
    kept = ("materialized", "unique_key", "incremental_strategy", "on_schema_change", "meta")
    return [node["checksum"]["checksum"], {key: config.get(key) for key in kept}]


def _macros_of(node: dict[str, Any]) -> Iterable[str]:
    return node.get("depends_on", {}).get("macros", [])


def _called_by_macro(key: str, macros: dict[str, Any]) -> Iterator[str]:
    """The macros a macro calls, and the engines' own spellings of it, chosen at run time."""
    if key not in macros:
        return
    yield from _macros_of(macros[key])
    name = macros[key]["name"]
    yield from (other for other, macro in macros.items() if macro["name"].endswith(f"__{name}"))


def _is_ours(key: str, manifest: dict[str, Any]) -> bool:
    return (
        manifest["macros"].get(key, {}).get("package_name") == manifest["metadata"]["project_name"]
    )


def _reachable(start: Iterable[str], following: Any) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += following(key)
    return reached


def completed_fingerprint(settings: Settings) -> str | None:
    """The fingerprint with which the warehouse last completed; None if it never did."""
    if not settings.warehouse.exists():
        return None
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        known = connection.execute(
            "select count(*) from information_schema.tables"
            " where table_schema = 'orchestration' and table_name = 'completed'"
        ).fetchone()
        if not known[0]:
            return None
        row = connection.execute("select fingerprint from orchestration.completed").fetchone()
    return row[0] if row else None


def remember_fingerprint(settings: Settings, fingerprint: str) -> None:
    """Keep, in the warehouse it speaks of, the fingerprint with which it completed."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema if not exists orchestration")
        connection.execute(
            "create or replace table orchestration.completed as select ? as fingerprint",
            [fingerprint],
        )
