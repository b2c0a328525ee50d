"""What a night has to say for itself, in plain lines.

What belongs here: what was loaded and rejected, what the gates warned of, why a night failed. What
does not: finding any of that out again; it is in the run's folder and in Dagster's events.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
from dagster import DagsterEvent
from dagster._utils.error import SerializableErrorInfo

from orchestration import gates
from orchestration.assets.gates import describe, way_out
from orchestration.ingest.reasons import NO_ROOM
from orchestration.run import NightRunning, Run

LINES_OF_ERROR = 12
DBT_ERRORS = "Errors parsed from dbt logs:"
TRACEBACK = "Traceback (most recent call last)"
# What to do where the data is not to blame, by what the system, SQLite and DuckDB say.
WAYS_OUT = {
    **dict.fromkeys((*NO_ROOM, "disk is full"), "make room on the disk of {place}"),
    "disk I/O error": "make room on the disk of {place}, or see why it cannot be written",
    "Out of Memory": "set OUTTURN_MEMORY_LIMIT higher, or OUTTURN_THREADS lower",
    "Corrupt database": "remove warehouse.duckdb beside {place}",
    "Could not connect to any of": "start the Spark cluster's Thrift server, or say where it is",
    "Cannot allocate memory": "set OUTTURN_MEMORY_LIMIT lower, or free memory",
}


def loaded(run: Run, waiting: Sequence[str]) -> Iterator[str]:
    """How many files and rows the night read, which had rejects, and which it left for later.

    waiting: files that were still being written.
    """
    with duckdb.connect(str(run.landing), read_only=True) as connection:
        files = connection.execute(
            "select feed, file, rows_loaded, rows_rejected, refusal from landing.files"
            " order by feed, file"
        ).fetchall()
    taken = [row for row in files if row[4] is None]
    yield (
        f"Loaded {len(taken)} files, {sum(row[2] for row in taken):,} rows; "
        f"rejected {sum(row[3] for row in taken):,} rows; refused {len(files) - len(taken)} files."
    )
    for feed, file, _, rejected, _ in taken:
        if rejected:
            yield f"  {feed}: {rejected:,} rows of {file} are in raw.rejects with their reasons."
    for file in waiting:
        yield f"  {file} was still being written; the next night reads it."


def nothing_new() -> Iterator[str]:
    """Why the night made no model."""
    yield "Nothing is new since the last publication: it stands, and no model was made again."


def warnings(run: Run) -> Iterator[str]:
    """What the gates found that did not stop the night."""
    for stage in gates.STAGES:
        for finding in gates.read_findings(run.findings(stage)):
            if finding.status == gates.FAILED and not finding.stops:
                yield f"Warning: {describe(finding)}"


def next_steps(marts: Path) -> Iterator[str]:
    """Where the published numbers are."""
    yield f"Look next at {marts} (DuckDB), or at {marts.parent / 'parquet'} (the same as Parquet)."


def failure(run: Run, events: Iterable[DagsterEvent]) -> Iterator[str]:
    """Why the night failed, and what to do; marts.duckdb is as it was."""
    failed = [event for event in events if event.is_step_failure or event.is_failure]
    if waits_for := others(failed):
        yield f"The night did not begin: {waits_for}"
        return
    steps = [event.step_key for event in failed if event.step_key]
    yield f"The night failed{f' in step {steps[0]}' if steps else ''}. Nothing was published."
    stopping = [
        finding
        for stage in gates.STAGES
        for finding in gates.read_findings(run.findings(stage))
        if finding.stops
    ]
    for finding in stopping:
        yield describe(finding)
    failing = [finding for finding in stopping if finding.status == gates.FAILED]
    if failing:
        yield way_out(failing)
    if not stopping:
        error = _cause(failed)
        message = error.message if error else "no reason is known"
        yield shortened(message)
        yield from by_machine(message, run.folder.parent)
    if run.folder.exists():
        yield f"What the run left is in {run.folder}"


def others(events: Iterable[DagsterEvent]) -> str | None:
    """Who else was at work, so that the night did not begin; None where it began."""
    error = _cause(event for event in events if event.is_step_failure or event.is_failure)
    if error is None or error.cls_name != NightRunning.__name__:
        return None
    return error.message.partition(": ")[2].strip()


def _cause(failed: Iterable[DagsterEvent]) -> SerializableErrorInfo | None:
    """The innermost error of the first failure that carries one."""
    for event in failed:
        data = event.step_failure_data if event.is_step_failure else event.job_failure_data
        error = data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None:
            return error
    return None


def by_machine(message: str, place: Path) -> Iterator[str]:
    """The way out where a message tells that the machine is to blame. place: what was written."""
    for told, way in WAYS_OUT.items():
        if told in message:
            yield f"Way out: {way.format(place=place)}, and start again; nothing is lost."
            return


def shortened(message: str) -> str:
    """The first lines of a message; of dbt's, those that name the errors."""
    _, _, of_dbt = message.partition(DBT_ERRORS)
    told, _, _ = (of_dbt or message).partition(TRACEBACK)
    lines = [line for line in told.strip().splitlines() if line.strip()]
    return "\n".join(lines[:LINES_OF_ERROR])
