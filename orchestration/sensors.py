"""What the night reacts to: new landing files, and a failed run.

What belongs here: noticing. What does not: reading files (orchestration/ingest), or telling people
(alerts.py).
"""

import hashlib
import time
from pathlib import Path

import dagster as dg

from orchestration import alerts, report
from orchestration.assets.night import run_of
from orchestration.ingest.landing import walk
from orchestration.settings import read_settings

SETTLED_AFTER_SECONDS = 10
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def landing_sensor(job_name: str) -> dg.SensorDefinition:
    """Starts a night when the landing folder holds something new, whole and settled."""

    @dg.sensor(
        name="new_landing_files",
        job_name=job_name,
        minimum_interval_seconds=60,
        description="Starts a night when new files have landed and are no longer written.",
    )
    def new_landing_files(
        context: dg.SensorEvaluationContext,
    ) -> dg.RunRequest | dg.SkipReason:
        # A folder that cannot be read is for the night to refuse.
        files = list(walk(read_settings().landing.resolve(), lambda error: None))
        if any(is_being_written(file, time.time()) for file in files):
            return dg.SkipReason("a landing file is still being written")
        seen = signature(files)
        if seen == context.cursor or not files:
            return dg.SkipReason("no new landing files")
        ours = dg.RunsFilter(job_name=job_name, statuses=UNDER_WAY)
        if context.instance.get_runs_count(ours):
            return dg.SkipReason("a night is running; the new files wait for its end")
        context.update_cursor(seen)
        return dg.RunRequest(run_key=seen)

    return new_landing_files


def is_being_written(file: Path, now: float) -> bool:
    """Whether a file changed so lately that more of it may come. now: seconds since the epoch."""
    return abs(now - file.stat().st_mtime) < SETTLED_AFTER_SECONDS


def signature(files: list[Path]) -> str:
    """What the files look like from outside: names, sizes and times."""
    digest = hashlib.sha256()
    for file in files:
        status = file.stat()
        digest.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@dg.run_failure_sensor(
    name="failed_run",
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells why a run failed.",
)
def failed_run(context: dg.RunFailureSensorContext) -> None:
    settings = read_settings()
    run = run_of(settings, context.instance, context.dagster_run.run_id)
    events = [*context.get_step_failure_events(), context.failure_event]
    if report.others(events) is None:
        alerts.send(settings, [alerts.night_failed(run.run_id, report.failure(run, events))])
