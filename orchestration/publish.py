"""Publishing: what BI tools read appears in one atomic step, or not at all.

What belongs here: making the published file and its Parquet, swapping the symlinks, and removing
old publications. What does not: what is worth publishing (dbt and the gates decide), or where the
numbers come from (provenance.py).

`published/marts.duckdb` is a symlink to `marts-<run>.duckdb`, and `published/parquet` one to
`parquet-<run>/`. A reader keeps the file it opened; its next connection opens the new one.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

import duckdb
import pyarrow as pa

from orchestration import decisions
from orchestration.as_published import as_published
from orchestration.content_hash import content_hash
from orchestration.gates import STAGES
from orchestration.provenance import Provenance
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.whole import write_whole

SCHEMAS = ("core", "productivity", "efficiency", "quality", "returns", "adoption", "governance")
# What is written of the run itself, never hashed.
RUN_TABLES = {
    "governance.run_manifest",
    "governance.validation_results",
    "governance.decision_log",
}
STORAGE_VERSION = "v1.5.0"
PUBLICATIONS_KEPT = 3
LINK = "marts.duckdb"
PARQUET_LINK = "parquet"


class PublicationError(RuntimeError):
    """The published file is not fit to be swapped in."""


@dataclass(frozen=True)
class Mart:
    """A published table: its rows, and the hash of its content."""

    rows: int
    content_hash: str


@dataclass(frozen=True)
class Publication:
    """What a run published. marts: by schema and table, run metadata apart."""

    path: Path
    manifest: Path
    marts: dict[str, Mart]


@dataclass(frozen=True)
class Comments:
    """A table's description and its columns'."""

    table: str
    columns: Mapping[str, str]


def comments_of(manifest: dict[str, Any]) -> dict[str, Comments]:
    """The descriptions in a dbt manifest, by schema and table: of its models, and of what
    publishing writes itself."""
    models = (n for n in manifest["nodes"].values() if n["resource_type"] == "model")
    written = (n for n in manifest["sources"].values() if n["source_name"] == "published")
    return {
        f"{node['schema']}.{node['name']}": Comments(
            table=node["description"],
            columns={name: column["description"] for name, column in node["columns"].items()},
        )
        for node in (*models, *written)
    }


def publish(
    settings: Settings,
    run: Run,
    provenance: Provenance,
    comments: Mapping[str, Comments],
    decision_log: pa.Table,
) -> Publication:
    """Publish the warehouse's marts; readers see all of it from their next connection on.

    comments: the declared tables, by schema and table: of these, the marts are published.
    decision_log: the whole log, as the lake holds it.
    Raises PublicationError when the file could not be closed cleanly; nothing is swapped then.
    """
    folder = settings.published
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder)
    path = folder / f"marts-{run.run_id}.duckdb"
    parquet = folder / f"parquet-{run.run_id}"
    manifest_file = folder / f"manifest-{run.run_id}.json"
    with duckdb.connect(config=settings.limits) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set temp_directory = {_text(f'{path}.tmp')}")
        connection.execute(f"attach {_text(settings.warehouse)} as warehouse (read_only)")
        connection.execute(
            f"attach {_text(path)} as published (storage_version {_text(STORAGE_VERSION)})"
        )
        # One transaction: each of some hundred statements would else be made durable on its own.
        connection.begin()
        marts = _copy_marts(connection, comments)
        manifest = _manifest(run, provenance, marts)
        _add_run_tables(connection, run, manifest)
        _add_decision_log(connection, decision_log)
        for name in RUN_TABLES & comments.keys():
            _comment(connection, f"published.{name}", comments[name])
        connection.commit()
        _write_parquet(connection, parquet)
        connection.execute("checkpoint published")
        connection.execute("detach published")
    if Path(f"{path}.wal").exists():
        raise PublicationError(f"{path} still has a write-ahead log; it is not published")
    # The next night reads it, to know which snapshots are needed.
    write_whole(manifest_file, json.dumps(manifest, indent=2, default=str))
    _make_durable([path, manifest_file, *parquet.rglob("*"), parquet, folder])
    _swap(folder / PARQUET_LINK, parquet.name)
    _swap(folder / LINK, path.name)
    _make_durable([folder])
    remove_old(folder)
    return Publication(path=path, manifest=manifest_file, marts=marts)


def published_manifest(settings: Settings) -> dict[str, Any] | None:
    """The manifest of what readers get now; None where nothing was published yet."""
    link = settings.published / LINK
    return manifest_of(settings, _run_of(link)) if link.exists() else None


def manifest_of(settings: Settings, run_id: str | None) -> dict[str, Any] | None:
    """The manifest that a run left when it published; None where it is not kept."""
    file = settings.published / f"manifest-{run_id}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _copy_marts(
    connection: duckdb.DuckDBPyConnection, comments: Mapping[str, Comments]
) -> dict[str, Mart]:
    marts: dict[str, Mart] = {}
    for schema in SCHEMAS:
        connection.execute(f"create schema published.{schema}")
    # A table that the project no longer declares may still lie in the warehouse.
    marts_declared = {name for name in comments if name.split(".")[0] in SCHEMAS}
    for name in sorted(marts_declared - RUN_TABLES):
        schema, table = name.split(".")
        quoted = f'{schema}."{table}"'
        mart = as_published(connection, f"warehouse.{quoted}")
        connection.execute(f"create table published.{quoted} as {mart}")
        _comment(connection, f"published.{quoted}", comments[name])
        rows = connection.execute(f"select count(*) from published.{quoted}").fetchone()[0]
        marts[name] = Mart(rows, content_hash(connection, f"published.{quoted}"))
    return marts


def _comment(connection: duckdb.DuckDBPyConnection, table: str, comments: Comments) -> None:
    present = {name for name, *_ in connection.execute(f"describe {table}").fetchall()}
    said = [f"comment on table {table} is {_text(comments.table.strip())}"] + [
        f'comment on column {table}."{column}" is {_text(text.strip())}'
        for column, text in comments.columns.items()
        if column in present and text
    ]
    connection.execute("; ".join(said))


def _manifest(run: Run, provenance: Provenance, marts: Mapping[str, Mart]) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "started_at": run.started_at.isoformat(),
        "published_at": datetime.now(UTC).isoformat(),
        "as_of_date": provenance.as_of_date.isoformat(),
        "code_version": provenance.code_version,
        "snapshots": provenance.snapshots,
        "input_files": provenance.input_files,
        "marts": {name: asdict(mart) for name, mart in marts.items()},
    }


def _add_run_tables(
    connection: duckdb.DuckDBPyConnection, run: Run, manifest: dict[str, Any]
) -> None:
    """governance.run_manifest and governance.validation_results: of this run, never hashed."""
    as_text = {
        key: value if isinstance(value, str) else json.dumps(value, default=str)
        for key, value in manifest.items()
    }
    connection.execute(
        """
        create table published.governance.run_manifest as
        select
            $run_id as run_id,
            cast(cast($started_at as timestamptz) as timestamp) as started_at,
            cast(cast($published_at as timestamptz) as timestamp) as published_at,
            cast($as_of_date as date) as as_of_date,
            $code_version as code_version,
            cast($snapshots as json) as snapshots,
            cast($input_files as json) as input_files,
            cast($marts as json) as marts
        """,
        as_text,
    )
    found = [run.findings(stage) for stage in STAGES if run.findings(stage).exists()]
    if found:
        files = f"read_parquet([{', '.join(map(_text, found))}])"
        connection.execute(
            "create table published.governance.validation_results as"
            f" {as_published(connection, files)}"
        )


def _add_decision_log(connection: duckdb.DuckDBPyConnection, log: pa.Table) -> None:
    """governance.decision_log: of this run and all before it, never hashed."""
    table = f"published.{decisions.NAMESPACE}.{decisions.NAME}"
    connection.register("log", log)
    ordered = f"{as_published(connection, 'log')} order by as_of_date, decided_at"
    connection.execute(f"create table {table} as {ordered}")
    connection.unregister("log")


def _write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'published'"
    ).fetchall()
    for schema, table in tables:
        target = folder / schema / f"{table}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(
            f'copy published.{schema}."{table}" to {_text(target)}'
            " (format parquet, compression zstd)"
        )


def _swap(link: Path, target: str) -> None:
    """Point a symlink elsewhere in one step, so that it never is missing."""
    fresh = link.with_name(f".{link.name}.next")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    os.replace(fresh, link)


def _make_durable(paths: Iterable[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """Remove what a crashed publication left: files later than the one that is published."""
    current = _run_of(folder / LINK)
    for run_id in _unlinked(folder, _runs(folder)):
        if current is None or run_id > current:
            _remove(folder, run_id)


def remove_old(folder: Path) -> None:
    """Remove all but the last PUBLICATIONS_KEPT publications; never one that is published."""
    for run_id in _unlinked(folder, _runs(folder)[:-PUBLICATIONS_KEPT]):
        _remove(folder, run_id)


def _runs(folder: Path) -> list[str]:
    patterns = ("marts-*.duckdb*", "parquet-*", "manifest-*.json")
    return sorted({_run_of(path) for pattern in patterns for path in folder.glob(pattern)})


def _unlinked(folder: Path, runs: Iterable[str]) -> list[str]:
    """The runs that no link names: a crash between the two swaps leaves them at different runs."""
    linked = {_run_of(folder / link) for link in (LINK, PARQUET_LINK)}
    return [run_id for run_id in runs if run_id not in linked]


def _run_of(path: Path) -> str | None:
    """The run in a publication's name; of a symlink, in its target's name."""
    if path.is_symlink():
        path = Path(os.readlink(path))
    if "-" not in path.name:
        return None
    return path.name.partition("-")[2].split(".")[0]


def _remove(folder: Path, run_id: str) -> None:
    for path in folder.glob(f"*-{run_id}*"):
        if path.is_dir():
            rmtree(path)
        else:
            path.unlink()


def _text(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
