"""Ingestion: landing files become typed, pseudonymised rows of the lake, each exactly once.

What belongs here: the functions a night calls. What does not: their work (the modules of this
package) and the order of a night (orchestration/assets).
"""

from collections.abc import Callable
from datetime import datetime

from orchestration.ingest.commits import (
    CommitReport,
    StaleStaging,
    WithdrawalError,
    commit_staging,
    withdraw,
)
from orchestration.ingest.feeds import Column, DeclarationError, Feed, load_feeds
from orchestration.ingest.gate_views import staged_views
from orchestration.ingest.lake import LakeError
from orchestration.ingest.persons import (
    Named,
    PersonKeyError,
    forget,
    landing_files_naming,
    resume,
    rotate,
)
from orchestration.ingest.raw import (
    complete,
    input_files,
    register,
    register_again,
    reset,
    snapshots,
)
from orchestration.ingest.staged import Refusal, StagedFile, Staging
from orchestration.ingest.staging import now, stage_new
from orchestration.ingest.upkeep import keep_up
from orchestration.settings import Settings

__all__ = [
    "Column",
    "CommitReport",
    "DeclarationError",
    "Feed",
    "LakeError",
    "Named",
    "PersonKeyError",
    "Refusal",
    "StagedFile",
    "Staging",
    "StaleStaging",
    "WithdrawalError",
    "commit",
    "commit_staging",
    "complete",
    "forget",
    "input_files",
    "landing_files_naming",
    "load_feeds",
    "read_staging",
    "register",
    "register_again",
    "reset",
    "rotate",
    "snapshots",
    "stage",
    "staged_views",
    "withdraw",
]


def stage(
    settings: Settings, feeds: dict[str, Feed], clock: Callable[[], datetime] = now
) -> Staging:
    """Bring the lake in order, then stage what is new in the landing folder.

    Raises PersonKeyError where the lake was written with other secrets.
    """
    resume(settings)
    keep_up(settings)
    return stage_new(settings, feeds, clock)


def read_staging(settings: Settings) -> Staging:
    """What `stage` staged last, also in another process."""
    return Staging.load(settings)


def commit(
    settings: Settings,
    feeds: dict[str, Feed],
    staging: Staging,
    clock: Callable[[], datetime] = now,
) -> CommitReport:
    """Commit a staging to the lake and register the result in the warehouse."""
    report = commit_staging(settings, feeds, staging)
    register(settings, feeds, clock)
    return report
