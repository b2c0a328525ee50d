"""Commits a staging to the lake, and withdraws files from it.

What belongs here: the order of steps that makes a kill between any two of them harmless. What does
not: the rules of names and contents (ledger.py) and the transaction itself (lake.py).
"""

import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from orchestration.ingest import lake, persons
from orchestration.ingest.feeds import Feed
from orchestration.ingest.landing import sha256_of
from orchestration.ingest.ledger import LOADED, QUARANTINED, RETRACTED, Entry, Ledger
from orchestration.ingest.staged import StagedFile, Staging
from orchestration.ingest.staging import now
from orchestration.settings import Settings

log = logging.getLogger(__name__)


class StaleStaging(RuntimeError):
    """The lake changed since the staging was made: stage again."""


class WithdrawalError(ValueError):
    """The file to withdraw is neither in the landing folder nor in the lake."""


@dataclass
class CommitReport:
    """What a commit changed, by feed: files and rows added, files whose rows went."""

    files_added: dict[str, int] = field(default_factory=dict)
    rows_added: dict[str, int] = field(default_factory=dict)
    files_removed: dict[str, int] = field(default_factory=dict)
    rows_removed: dict[str, int] = field(default_factory=dict)


def commit_staging(settings: Settings, feeds: dict[str, Feed], staging: Staging) -> CommitReport:
    """Add what is staged to the lake: one transaction a feed. Repeated, it adds nothing.

    Raises StaleStaging where the lake changed since.
    """
    report = CommitReport()
    written = {
        lake.STAGING: staging.id,
        persons.SECRETS: persons.fingerprint(settings.person_keys),
    }
    with lake.open_catalog(settings) as catalog:
        for name, feed in feeds.items():
            table = lake.find_table(catalog, feed)
            if table and table.properties.get(lake.STAGING) == staging.id:
                continue
            if staging.basis.get(name, "") != (table.metadata_location if table else ""):
                raise StaleStaging(f"raw.{name} changed since it was staged: stage again")
            table = lake.ensure_table(catalog, feed)
            before = lake.read_ledger(table)
            after = _after(before, staging, name)
            files = _bring(settings, table, staging, name)
            lake.write(table, before, after, files, written)
            _report(report, name, before, after)
    return report


def _after(before: Ledger, staging: Staging, feed: str) -> Ledger:
    """The books once the staging is in the lake."""
    after = before.copy()
    for staged in staging.files.get(feed, []):
        after.load(staged.file, _entry(staged, staging.at))
    for file, sha256 in staging.duplicates.get(feed, []):
        owner = next(
            name
            for ledger in (before, after)
            for name, entry in sorted(ledger.files.items())
            if entry.sha256 == sha256
        )
        after.duplicate(file, sha256, owner, staging.at)
    for file in staging.settled.get(feed, []):
        after.refused.pop(file, None)
    for refusal in staging.refusals:
        if refusal.feed == feed:
            after.refuse(refusal.file, refusal.sha256, refusal.reason, staging.at)
    return after


def _entry(staged: StagedFile, at: datetime) -> Entry:
    return Entry(
        sha256=staged.sha256,
        status=LOADED,
        at=at,
        rows_read=staged.rows_read,
        rows_loaded=staged.rows_loaded,
        rows_rejected=staged.rows_rejected,
        rows_superseded=staged.rows_superseded,
        newest=staged.newest,
        batch=staged.batch,
        undeclared=staged.undeclared,
    )


def _bring(settings: Settings, table: lake.Table, staging: Staging, feed: str) -> list[Path]:
    """Put the staged files into the lake's folder; the lake does not know them yet."""
    brought = []
    for batch in staging.batches(feed):
        targets = lake.batch_paths(settings, table, batch)
        for source, target in zip(staging.paths(settings, feed, batch), targets, strict=True):
            if source.exists() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                partial = target.with_suffix(".partial")
                shutil.copyfile(source, partial)
                os.replace(partial, target)
        if targets[0].exists():
            brought.append(targets[0])
    return brought


def _report(report: CommitReport, feed: str, before: Ledger, after: Ledger) -> None:
    added = [
        e for e in after.files.values() if e.sha256 not in before.held() and e.status == LOADED
    ]
    gone = [e for e in before.files.values() if e.sha256 not in after.held() and e.status == LOADED]
    report.files_added[feed] = len(added)
    report.files_removed[feed] = len(gone)
    report.rows_added[feed] = sum(e.rows_loaded - e.rows_superseded for e in added)
    report.rows_removed[feed] = sum(e.rows_loaded - e.rows_superseded for e in gone)
    log.info(
        "%s: %d files with %d rows added, %d files with %d rows removed",
        feed,
        report.files_added[feed],
        report.rows_added[feed],
        report.files_removed[feed],
        report.rows_removed[feed],
    )


def withdraw(
    settings: Settings,
    feeds: dict[str, Feed],
    file: str,
    status: str,
    clock: Callable[[], datetime] = now,
) -> str:
    """Take a file out of the lake and keep its content out.

    file: its path below the landing folder (<feed>/<name>), or a path to it.
    status: "retracted" takes out what the lake holds for that name; "quarantined" keeps out what
        lies in the landing folder now (what the lake holds, where nothing lies there).
    Returns the file's name in the lake. Raises WithdrawalError where there is no such file.
    """
    if status not in (RETRACTED, QUARANTINED):
        raise ValueError(f"status {status!r} is neither {RETRACTED!r} nor {QUARANTINED!r}")
    name = _landing_name(settings, feeds, file)
    feed = feeds[PurePosixPath(name).parts[0]]
    landed = settings.landing / name
    at = clock().astimezone(UTC).replace(tzinfo=None)
    with lake.open_catalog(settings) as catalog:
        table = lake.ensure_table(catalog, feed)
        before = lake.read_ledger(table)
        entry = before.files.get(name)
        sha256 = entry.sha256 if entry else None
        if landed.is_file() and (status == QUARANTINED or sha256 is None):
            sha256 = sha256_of(landed)
        if sha256 is None:
            raise WithdrawalError(f"{file}: neither the landing folder nor the lake holds {name}")
        after = before.copy()
        after.withdraw(name, sha256, status, at)
        lake.write(table, before, after, [])
    log.info("%s is %s", name, status)
    return name


def _landing_name(settings: Settings, feeds: dict[str, Feed], file: str) -> str:
    """The path below the landing folder that is meant."""
    path = PurePosixPath(file)
    if path.parts and path.parts[0] in feeds and ".." not in path.parts:
        return path.as_posix()
    absolute = Path(os.path.abspath(file))
    for landing in (settings.landing.absolute(), settings.landing.resolve()):
        if absolute.is_relative_to(landing):
            name = absolute.relative_to(landing)
            if name.parts and name.parts[0] in feeds:
                return name.as_posix()
    raise WithdrawalError(f"{file}: write <feed>/<file>, or a path below {settings.landing}")
