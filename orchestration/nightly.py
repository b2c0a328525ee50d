"""One night from the shell: `python -m orchestration.nightly`.

What belongs here: running the same Dagster job in this process, showing its progress, and closing
with a scorecard or with why the night failed. What does not: any step's work.
"""

import contextlib
import io
import logging
import os
import sys
import uuid
from pathlib import Path

import dagster as dg
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from orchestration import alerts, gates, report, scorecard
from orchestration.assets.night import run_of
from orchestration.definitions import NIGHTLY, build_definitions
from orchestration.ingest import DeclarationError, read_staging
from orchestration.progress import Progress
from orchestration.run import Run
from orchestration.settings import Settings, SettingsError, read_settings


def main() -> int:
    """Run a night; 0 when it was published, 1 when it failed, 2 when it did not begin."""
    # Named, because the steps' own output is redirected while the progress is shown.
    console = Console(file=sys.stdout, highlight=False)
    try:
        settings = read_settings()
        definitions = build_definitions()
    except (SettingsError, gates.SuiteError, DeclarationError, dg.Failure) as error:
        reason = report.shortened(str(error))
        console.print(f"The night did not begin: {reason}", markup=False, soft_wrap=True)
        return 2
    try:
        return run_night(console, settings, definitions)
    except (OSError, SQLAlchemyError) as error:
        records = Path(os.environ.get("DAGSTER_HOME") or settings.data)
        first_line, *_ = str(error).splitlines()
        console.print(f"The night stopped, for it cannot keep records: {first_line}", markup=False)
        for line in report.by_machine(first_line, records):
            console.print(line, markup=False, soft_wrap=True)
        return 1


def run_night(console: Console, settings: Settings, definitions: dg.Definitions) -> int:
    """Run the job in this process and say how it went."""
    # Dagster's and dbt's own lines are in the run's folder; on a terminal they drown the rest.
    logging.getLogger("dagster._core").setLevel(logging.CRITICAL)
    dagster_run_id = str(uuid.uuid4())
    with _instance() as instance, Progress(console) as progress:
        instance.add_event_listener(dagster_run_id, progress.on_event)
        with contextlib.redirect_stdout(io.StringIO()):
            result = definitions.resolve_job_def(NIGHTLY).execute_in_process(
                run_id=dagster_run_id,
                instance=instance,
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        run = run_of(settings, instance, dagster_run_id)
    if result.success:
        close(console, settings, run, any(event.is_step_skipped for event in result.all_events))
        return 0
    reasons = list(report.failure(run, result.all_events))
    for line in reasons:
        console.print(line, markup=False, soft_wrap=True)
    if report.others(result.all_events):
        return 2
    # Without an address these lines are the log.
    if settings.webhook_url is not None:
        alerts.send(settings, [alerts.night_failed(run.run_id, reasons)])
    return 1


@contextlib.contextmanager
def _instance():
    """Dagster's records: those of DAGSTER_HOME where it is set, else none that last."""
    if home := os.environ.get("DAGSTER_HOME"):
        # Dagster makes what it keeps there, but not the folder itself.
        Path(home).mkdir(parents=True, exist_ok=True)
        with dg.DagsterInstance.get() as instance:
            yield instance
    else:
        with dg.DagsterInstance.ephemeral() as instance:
            yield instance


def close(console: Console, settings: Settings, run: Run, had_nothing_new: bool) -> None:
    """The closing lines of a night that was published, or had nothing new to publish."""
    marts = settings.published / "marts.duckdb"
    console.print()
    scorecard.show(console, marts)
    console.print()
    waiting = read_staging(settings).waiting
    for line in (
        *report.loaded(run, waiting),
        *(report.nothing_new() if had_nothing_new else ()),
        *report.warnings(run),
        *report.next_steps(marts),
    ):
        console.print(line, markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
