"""The decision log: what the marts' rules decided, kept for good.

What belongs here: appending a night's decisions to the lake, each once, and reading the log back.
What does not: the rules themselves (models/marts/governance), and publishing the log (publish.py).

The log is an Iceberg table of the lake, so that it outlives the warehouse. Decisions are appended
before the publication is swapped in: a night that dies between the two is repeated by the next one,
which finds its decisions there already. A decision is known by the day it speaks of, its subject,
its rule, and the hash of everything it was made from.
"""

from contextlib import closing

import duckdb
import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import In
from pyiceberg.table import Table

from orchestration.ingest import lake
from orchestration.run import Run
from orchestration.settings import Settings

NAMESPACE = "governance"
NAME = "decision_log"
DECISIONS = "intermediate.int_decisions_taken"
SCHEMA = pa.schema(
    [
        ("decision_id", pa.string()),
        ("as_of_date", pa.date32()),
        ("run_id", pa.string()),
        ("decided_at", pa.timestamp("us")),
        ("subject_type", pa.string()),
        ("subject_id", pa.string()),
        ("workflow_id", pa.string()),
        ("week_start", pa.date32()),
        ("rule", pa.string()),
        ("decision", pa.string()),
        ("reasons", pa.string()),
        ("recommended_action", pa.string()),
        ("input_hash", pa.string()),
    ]
)


def append_decisions(settings: Settings, run: Run) -> pa.Table:
    """Add the decisions that the warehouse holds now and the log does not; return the whole log."""
    taken = _taken(settings, run)
    ids = taken.column("decision_id").to_pylist()
    with lake.open_catalog(settings) as catalog:
        table = _ensure_table(catalog)
        known = _known(table, ids)
        fresh = taken.filter(pa.array([decision not in known for decision in ids], pa.bool_()))
        if fresh.num_rows:
            table.append(fresh)
        return table.scan().to_arrow().cast(SCHEMA)


def _taken(settings: Settings, run: Run) -> pa.Table:
    """The warehouse's decisions, as rows of the log."""
    with closing(duckdb.connect(str(settings.warehouse), read_only=True)) as connection:
        taken = connection.sql(
            f"""
            with hashed as (
                select *, sha256(cast(to_json(decisions) as varchar)) as input_hash
                from {DECISIONS} as decisions
            )

            select
                sha256(concat_ws(
                    '|', as_of_date, subject_type, subject_id, rule, input_hash
                )) as decision_id,
                as_of_date,
                $run_id as run_id,
                cast(cast($decided_at as timestamptz) at time zone 'UTC' as timestamp)
                    as decided_at,
                subject_type, subject_id, workflow_id, week_start, rule, decision, reasons,
                recommended_action, input_hash
            from hashed
            cross join staging.stg_outturn__as_of_date
            order by subject_type, subject_id, rule
            """,
            params={"run_id": run.run_id, "decided_at": run.started_at.isoformat()},
        ).to_arrow_table()
    return taken.cast(SCHEMA)


def _ensure_table(catalog: Catalog) -> Table:
    catalog.create_namespace_if_not_exists(NAMESPACE)
    try:
        return catalog.load_table((NAMESPACE, NAME))
    except NoSuchTableError:
        return catalog.create_table((NAMESPACE, NAME), SCHEMA)


def _known(table: Table, decision_ids: list[str]) -> set[str]:
    """Which of these the log holds."""
    if not decision_ids:
        return set()
    scan = table.scan(row_filter=In("decision_id", decision_ids), selected_fields=("decision_id",))
    return set(scan.to_arrow().column("decision_id").to_pylist())
