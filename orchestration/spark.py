"""What an Apache Spark cluster made, as tables of the warehouse.

What belongs here: views in warehouse.duckdb over the cluster's Parquet, so that gates, the decision
log and publication read what the cluster made as if DuckDB had. What does not: what the cluster
reads (ingest/spark.py).
"""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from orchestration import decisions
from orchestration.ingest import duck
from orchestration.ingest.spark import execute, text
from orchestration.publish import SCHEMAS
from orchestration.settings import Settings

# The schemas that are shown after a stage.
SHOWN = {"staging": ("staging",), "marts": SCHEMAS}


def show(settings: Settings, manifest: Mapping[str, Any], stage: str) -> None:
    """Show in the warehouse what a stage's gate reads and, of the marts, what is published.

    manifest: dbt's. stage: `staging` or `marts`. The cluster's views are written out first, for
    DuckDB reads files only.
    """
    models = {
        f"{node['schema']}.{node['name']}": node["config"]["materialized"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    shown = {name for name in models if name.split(".")[0] in SHOWN[stage]}
    if stage == "marts":
        shown.add(decisions.DECISIONS)
    warehouse = settings.spark.warehouse
    made = {name: warehouse / name.replace(".", "/") for name in shown if models[name] != "view"}
    written = {name: warehouse / "written" / name for name in shown - made.keys()}
    execute(
        settings.spark,
        (
            f"insert overwrite directory {text(str(folder))} using parquet select * from {name}"
            for name, folder in written.items()
        ),
    )
    with closing(duck.connect(settings, settings.warehouse)) as connection:
        connection.execute("begin")
        # Tables of these names are there where DuckDB made the models before.
        for schema in {name.split(".")[0] for name in shown}:
            connection.execute(f"drop schema if exists {schema} cascade")
            connection.execute(f"create schema {schema}")
        for name, folder in (made | written).items():
            _show(connection, name, folder)
        connection.execute("commit")


def _show(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """A view over a folder's Parquet, in which Spark's instants are timestamps in UTC."""
    rows = f"read_parquet({duck.within(folder, '*.parquet')})"
    columns = connection.execute(f"describe select * from {rows}").fetchall()
    instants = [
        f"timezone('UTC', {duck.name(column)}) as {duck.name(column)}"
        for column, kind, *_ in columns
        if kind == "TIMESTAMP WITH TIME ZONE"
    ]
    replaced = f" replace ({', '.join(instants)})" if instants else ""
    connection.execute(f"create view {name} as select *{replaced} from {rows}")
