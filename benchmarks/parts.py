"""The parts of a finished night that are measured alone: its gates, and its publication.

What belongs here: a gate against the plain SQL it comes down to, and a publication once more, over
the data folder of OUTTURN_DATA. What does not: whole nights (nights.py).

Run as a program: python -m benchmarks.parts prints what it measured as JSON.
"""

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
from sqlalchemy import Engine, event

from orchestration import dbt, decisions, gates, ingest, provenance, publish
from orchestration.run import name_run, open_run
from orchestration.settings import Settings, read_settings

STAGES = ("staging", "marts")


@dataclass(frozen=True)
class Parts:
    """CPU seconds of the gates and of their statements as plain SQL; seconds of a publication."""

    gates: float
    plain_sql: float
    publication: float


def measured(settings: Settings) -> Parts:
    """The parts of the night that left this warehouse."""
    statements: list[tuple[str, Any]] = []

    def told(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        # What asks for columns checks nothing.
        if "duckdb_columns()" not in statement:
            statements.append((statement, parameters))

    # A gate of no table: the libraries are imported now.
    gates.validate("marts", settings.warehouse, "benchmark", tables=(), limits=settings.limits)
    event.listen(Engine, "before_cursor_execute", told)
    begun = time.process_time()
    findings = {
        stage: gates.validate(stage, settings.warehouse, "benchmark", limits=settings.limits)
        for stage in STAGES
    }
    judged = time.process_time()
    with duckdb.connect(
        str(settings.warehouse), read_only=True, config=settings.limits
    ) as connection:
        for statement, parameters in statements:
            connection.execute(statement, parameters or None).fetchall()
    asked = time.process_time()
    return Parts(judged - begun, asked - judged, publication_seconds(settings, findings))


def publication_seconds(settings: Settings, findings: dict[str, list[gates.Finding]]) -> float:
    """Publish the warehouse once more. findings: what its gates found, by stage."""
    manifest = dbt.prepare_manifest(dbt.dbt_project())
    feeds = ingest.load_feeds(manifest)
    comments = publish.comments_of(dbt.read_manifest(manifest))
    run = name_run(settings, datetime.now(UTC), "benchmark")
    open_run(settings, run)
    for stage, found in findings.items():
        gates.write_findings(found, run.findings(stage))
    begun = time.perf_counter()
    log = decisions.append_decisions(settings, run)
    publish.publish(settings, run, provenance.collect(settings, feeds), comments, log)
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(json.dumps(asdict(measured(read_settings()))))
