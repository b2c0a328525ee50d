"""Stages a night: reads what is new in the landing folder into Parquet, feed by feed.

What belongs here: which files are new, and the account of each file and row. What does not: how
text becomes values (verdicts.py, casts.py), and anything durable: what is staged can be thrown
away.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import duckdb

from orchestration.ingest import casts, documents, duck, lake, lines, otlp, rows, tables
from orchestration.ingest.feeds import Feed
from orchestration.ingest.landing import (
    Found,
    LandingFile,
    look,
    recall,
    remember,
    warn_of_strangers,
)
from orchestration.ingest.ledger import Ledger
from orchestration.ingest.reasons import CONTENT_ERRORS, reason_of
from orchestration.ingest.staged import Refusal, StagedFile, Staging
from orchestration.ingest.verdicts import Batch, type_rows
from orchestration.settings import Settings

log = logging.getLogger(__name__)

# How much one statement reads at a time, in bytes of plain text, where files are small.
BATCH_BYTES = 256 << 20
_PACKED = {".gz": 10, ".zst": 10, ".parquet": 5}


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def stage_new(
    settings: Settings, feeds: dict[str, Feed], clock: Callable[[], datetime] = now
) -> Staging:
    """Read what is new in the landing folder to Parquet under settings.staged/<feed>/.

    What an earlier staging left there is thrown away. clock says when (UTC): rows carry it, and
    files that changed just before it wait.
    """
    moment = clock()
    at = moment.astimezone(UTC).replace(tzinfo=None)
    with lake.open_catalog(settings) as catalog:
        found = {name: lake.find_table(catalog, feed) for name, feed in feeds.items()}
        forgotten = lake.forgotten(catalog)
        _clean(settings, {name: table for name, table in found.items() if table})
    ledgers = {name: lake.read_ledger(table) for name, table in found.items()}
    staging = Staging(
        id=uuid4().hex,
        at=at,
        basis={name: table.metadata_location if table else "" for name, table in found.items()},
    )
    if settings.has_development_key:
        log.warning("person ids are replaced with the development key: set OUTTURN_PERSON_KEY")
    warn_of_strangers(settings.landing, feeds)
    scratch = settings.staged / "scratch"
    scratch.mkdir(parents=True)
    known = recall(settings.landed)
    landed: list[LandingFile] = []
    with closing(duck.connect(settings, scratch=scratch)) as connection:
        casts.install(connection, settings.person_keys, forgotten)
        for name, feed in feeds.items():
            (settings.staged / name).mkdir()
            found_files = look(settings.landing, feed, clock(), known)
            _FeedStager(settings, connection, feed, ledgers[name], staging).run(found_files)
            landed += found_files.files
    remember(settings.landed, landed, moment)
    shutil.rmtree(scratch)
    staging.save(settings)
    return staging


def batches(
    feed: Feed, files: list[LandingFile], refuse: Callable[[LandingFile, str], None]
) -> Iterator[Batch]:
    """The files by as few statements as will do; files that will not do are refused."""
    if feed.reader == "table":
        return tables.batches(feed, files, refuse)
    reader = documents if feed.reader == "json" else otlp
    return lines.batches(files, reader.relation(feed))


def _clean(settings: Settings, found: dict[str, lake.Table]) -> None:
    """Throw away what was staged, and what of it a commit that died left in the lake."""
    if Staging.path(settings).exists():
        staging = Staging.load(settings)
        for name, table in found.items():
            if table.properties.get(lake.STAGING) != staging.id:
                for batch in staging.batches(name):
                    for path in lake.batch_paths(settings, table, batch):
                        path.unlink(missing_ok=True)
                        path.with_suffix(".partial").unlink(missing_ok=True)
    if settings.staged.exists():
        shutil.rmtree(settings.staged)
    settings.staged.mkdir(parents=True)


class _FeedStager:
    """Stages one feed; a class because its steps share connection, books and account."""

    def __init__(
        self,
        settings: Settings,
        connection: duckdb.DuckDBPyConnection,
        feed: Feed,
        ledger: Ledger,
        staging: Staging,
    ) -> None:
        self.settings = settings
        self.connection = connection
        self.feed = feed
        self.ledger = ledger
        self.staging = staging
        self.files = staging.files.setdefault(feed.name, [])

    def run(self, found: Found) -> None:
        for file, reason in found.unreadable.items():
            self._refuse(file, "", reason)
        for file in found.waiting:
            self._wait(file)
        names = self._fresh(found.files)
        while names:
            for chunk in _chunks([files[0] for files in names.values()]):
                self._read(chunk)
            names = self._left(names)
        self.files.sort(key=lambda staged: staged.file)

    def _refuse(self, file: str, sha256: str, reason: str) -> None:
        log.error("%s is refused: %s", file, reason)
        self.staging.refusals.append(Refusal(self.feed.name, file, sha256, reason))

    def _refuse_content(self, file: LandingFile, reason: str) -> None:
        """Refuse what was read, unless it is no longer what lies there."""
        if file.is_unchanged():
            self._refuse(file.file, file.sha256, reason)
        else:
            self._wait(file.file)

    def _wait(self, file: str) -> None:
        log.warning("%s is still being written and waits for the next night", file)
        self.staging.waiting.append(file)

    def _fresh(self, files: Iterable[LandingFile]) -> dict[str, list[LandingFile]]:
        """The names of each content to read; names that only brought known content are noted."""
        held = self.ledger.held()
        fresh: dict[str, list[LandingFile]] = {}
        for file in files:
            is_held = self.ledger.holds(file.file, file.sha256)
            if is_held or file.sha256 in self.ledger.withdrawn:
                if file.file in self.ledger.refused:
                    self.staging.settled.setdefault(self.feed.name, []).append(file.file)
            elif not self.feed.matches(file.path.name):
                reason = f"its name matches none of {', '.join(self.feed.glob)}"
                self._refuse(file.file, file.sha256, reason)
            elif file.sha256 in held:
                self._duplicate(file)
            else:
                fresh.setdefault(file.sha256, []).append(file)
        return fresh

    def _left(self, names: dict[str, list[LandingFile]]) -> dict[str, list[LandingFile]]:
        """After the first name of each content was read: the further ones, where that failed.

        The same bytes may be refused under one name (its suffix lies) and read under another.
        """
        staged = {file.sha256 for file in self.files}
        for sha256, files in names.items():
            for file in files[1:] if sha256 in staged else ():
                self._duplicate(file)
        return {
            sha256: files[1:]
            for sha256, files in names.items()
            if sha256 not in staged and len(files) > 1
        }

    def _duplicate(self, file: LandingFile) -> None:
        known = self.staging.duplicates.setdefault(self.feed.name, [])
        known.append((file.file, file.sha256))

    def _read(self, files: list[LandingFile]) -> None:
        """Read files by as few statements as will do; where one fails, each file on its own."""
        for batch in batches(self.feed, files, self._refuse_content):
            try:
                self._stage(batch)
            except CONTENT_ERRORS as error:
                if len(batch.files) > 1:
                    for file in batch.files:
                        self._read([file])
                else:
                    self._refuse_content(batch.files[0], reason_of(error))

    def _stage(self, batch: Batch) -> None:
        unusable = type_rows(self.connection, self.feed, batch)
        counts = rows.count(self.connection, batch)
        usable = {
            no: counts[no]
            for no, file in enumerate(batch.files)
            if self._is_usable(no, file, counts[no], unusable.get(no))
        }
        name = uuid4().hex
        parquet, rejects = self.staging.paths(self.settings, self.feed.name, name)
        rows.choose(self.connection, batch, usable)
        kept = rows.write(self.connection, self.feed, self.staging.at, parquet)
        rows.write_rejects(self.connection, self.feed, rejects)
        strays = rows.count_strays(self.connection, batch)
        for no, (read, rejected) in usable.items():
            remaining, newest = kept.get(no, (0, None))
            self.files.append(
                StagedFile(
                    batch=name,
                    file=batch.files[no].file,
                    sha256=batch.files[no].sha256,
                    rows_read=read,
                    rows_loaded=read - rejected,
                    rows_rejected=rejected,
                    rows_superseded=read - rejected - remaining,
                    newest=newest,
                    undeclared=strays.get(no, {}),
                )
            )

    def _is_usable(
        self, no: int, file: LandingFile, counts: tuple[int, int], unusable: str | None
    ) -> bool:
        if not file.is_unchanged():
            self._wait(file.file)
            return False
        read, rejected = counts
        if unusable is None and rejected > self.feed.reject_limit * read:
            unusable = (
                f"{rejected} of {read} rows are rejected, above the limit of "
                f"{self.feed.reject_limit:.2%}; the first: {rows.first_reject(self.connection, no)}"
            )
        if unusable:
            self._refuse(file.file, file.sha256, unusable)
        return unusable is None


def _chunks(files: list[LandingFile]) -> Iterator[list[LandingFile]]:
    """Files to read together: as many as hold about BATCH_BYTES of text."""
    chunk: list[LandingFile] = []
    filled = 0
    for file in files:
        size = file.stamp.size * _PACKED.get(file.path.suffix.lower(), 1)
        if chunk and filled + size > BATCH_BYTES:
            yield chunk
            chunk, filled = [], 0
        chunk.append(file)
        filled += size
    if chunk:
        yield chunk
