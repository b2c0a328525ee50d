"""One run of the night: its name, its folder, and the lock that keeps it the only one.

What belongs here: what every part of a run needs to know about the run itself. What does not: what
a run does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

from filelock import FileLock, Timeout

from orchestration.settings import Settings

RUNS_KEPT = 10


class NightRunning(RuntimeError):
    """Somebody else is at work in this data folder."""


@dataclass(frozen=True)
class Run:
    """One night.

    run_id: sorts by time and is safe in a file name: 20260629T020000Z-1f2e3d4c.
    started_at: with time zone UTC.
    folder: what the run leaves behind: gate results, dbt's artifacts, the log.
    """

    run_id: str
    started_at: datetime
    folder: Path

    def findings(self, stage: str) -> Path:
        """Where the results of a stage's gate are kept."""
        return self.folder / f"validation_{stage}.parquet"

    @property
    def landing(self) -> Path:
        """The DuckDB file over what is staged, which the landing gate reads."""
        return self.folder / "staged.duckdb"


def artifacts(folder: Path, step: str) -> Path:
    """Where dbt keeps, in a run's folder, what it makes of a step; there once the step began."""
    return folder / f"dbt_{step}"


def name_run(settings: Settings, started_at: datetime, suffix: str) -> Run:
    """The run that began then; suffix keeps two runs of one second apart."""
    started_at = started_at.astimezone(UTC)
    run_id = f"{started_at:%Y%m%dT%H%M%SZ}-{suffix}"
    return Run(run_id=run_id, started_at=started_at, folder=settings.runs / run_id)


def open_run(settings: Settings, run: Run) -> None:
    """Make a run's folder, and remove the folders of all but the last RUNS_KEPT runs."""
    run.folder.mkdir(parents=True, exist_ok=True)
    kept = sorted(path for path in settings.runs.iterdir() if path.is_dir())
    for old in kept[:-RUNS_KEPT]:
        rmtree(old)


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the data folder's lock; raise NightRunning at once when somebody else does."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with alone(settings.data / ".night.lock", f"another night or withdrawal in {settings.data}"):
        yield


@contextmanager
def alone(path: Path, others: str) -> Iterator[None]:
    """Hold a lock file; raise NightRunning at once when somebody else does.

    others: who that would be. The operating system frees the lock of a process that dies.
    """
    lock = FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise NightRunning(f"{others} is at work; wait until it ends, then start again") from None
    try:
        yield
    finally:
        lock.release()
