"""Thousands of damaged files: every row of each is loaded or rejected, or the file is refused.

What belongs here: what must hold of any file, however damaged. What does not: the damage
(mutations.py), and what the files say (readings.py).
"""

import faulthandler
import hmac
import json
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration import ingest
from orchestration.settings import PROJECT, Settings
from tests.ingest.conftest import KEY, House, manifest_of
from tests.torture import mutations, readings
from tests.torture.conftest import tries
from tests.torture.mutations import PERSON, Landed
from tests.torture.readings import OPAQUE, Reading, Row

TABLES = ["csv", "CSV", "csv.gz", "csv.zst", "parquet", "parquet"]
DOCUMENTS = ["json", "jsonl", "json.gz", "jsonl.zst"]
MAKERS: dict[str, Callable[[str], Landed]] = {
    "timesheets": partial(mutations.land_table, mutations.timesheets, ["csv"]),
    "focus": partial(mutations.land_table, mutations.focus, ["csv", "csv.gz"]),
    "hr_positions": partial(mutations.land_table, mutations.hr_positions, TABLES),
    "openai_usage": partial(mutations.land_documents, mutations.openai_usage, DOCUMENTS),
    "otlp_traces": partial(mutations.land_documents, mutations.otlp_traces, DOCUMENTS),
}
FILES = tries(60, 2_100)
FILES_A_NIGHT = 300
ALONE = tries(4, 60)
# A night of so many small files takes seconds; what takes this long hangs.
HANGS_AFTER = 120
# So many rejected rows still let a file load: few enough files are refused to see what loads.
REJECT_LIMIT = 0.6

STRUCTURES = ("{", "[", OPAQUE)
# What an undeclared column may be: neither is it kept, nor is it read here.
STRAY_REASONS = ("unreadable line: line size over maximum", "unreadable line: invalid encoding")


@pytest.mark.parametrize("name", MAKERS)
def test_every_row_of_a_damaged_file_is_accounted_for(name, tmp_path, figure, caplog):
    caplog.set_level("INFO")
    house = house_of(tmp_path, name, reject_limit=REJECT_LIMIT)
    damaged = [MAKERS[name](f"{name}-{i}") for i in range(FILES)]
    faults: dict[str, str] = {}
    for start in range(0, FILES, FILES_A_NIGHT):
        files = damaged[start : start + FILES_A_NIGHT]
        account = Account(house, stage(house, files))
        faults |= {file.story: fault for file in files if (fault := account.fault(file))}
        with no_hang():
            ingest.commit(house.settings, house.feeds, account.staging, lambda: house.at)
    figure(f"damaged files of {name}: every row accounted for", FILES, FILES - len(faults))
    assert not faults, "\n".join(f"{story}: {fault}" for story, fault in faults.items())
    assert PERSON not in caplog.text
    loaded = f"(select count(*) from raw.{name}), (select count(*) from raw.rejects)"
    booked = "sum(rows_loaded - rows_superseded), sum(rows_rejected) from raw.files"
    [(rows, rejects)] = house.query(f"select {loaded}")
    assert [(rows, rejects)] == house.query(f"select {booked}")


@pytest.mark.parametrize("name", MAKERS)
def test_what_becomes_of_a_file_depends_on_no_other(name, tmp_path, figure):
    house = house_of(tmp_path, name, reject_limit=REJECT_LIMIT)
    files = [MAKERS[name](f"{name}-{i}") for i in range(min(FILES, FILES_A_NIGHT))]
    together = fates(stage(house, files))
    # One that brings the content of another is not read where that one was.
    read = [file for file in files if f"{name}/{file.name}" in together]
    different = []
    for file in random.Random(name).sample(read, ALONE):
        [(fate, alone)] = fates(stage(house, [file])).items()
        if alone != together[fate]:
            different.append(f"{file.story}: alone {alone}, with others {together[fate]}")
    figure(f"damaged files of {name}: the same alone", ALONE, ALONE - len(different))
    assert not different, "\n".join(different)


def house_of(folder: Path, *names: str, **changes: Any) -> House:
    """A company of these feeds, declared as the project declares them but for some changes."""
    declared = ingest.load_feeds(manifest_of(PROJECT.glob("models/staging/*/*__sources.yml")))
    settings = Settings(
        data=folder / "data", as_of=None, person_key=KEY, memory_limit="1GB", threads=2
    )
    return House(settings, {name: replace(declared[name], **changes) for name in names})


def stage(house: House, files: list[Landed]) -> ingest.Staging:
    """Stage these files and no others."""
    shutil.rmtree(house.settings.landing, ignore_errors=True)
    [feed] = house.feeds
    for file in files:
        house.land(f"{feed}/{file.name}", file.content)
    with no_hang():
        return house.stage()


@contextmanager
def no_hang() -> Iterator[None]:
    """End the process, saying where it is, when what runs inside takes too long."""
    faulthandler.dump_traceback_later(HANGS_AFTER, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def fates(staging: ingest.Staging) -> dict[str, tuple[Any, ...]]:
    """What became of each file: its counts, or why it was refused."""
    loaded = {
        f.file: (f.rows_read, f.rows_loaded, f.rows_rejected, f.rows_superseded, f.undeclared)
        for files in staging.files.values()
        for f in files
    }
    return loaded | {refusal.file: (refusal.reason,) for refusal in staging.refusals}


class Account:
    """What a staging wrote of its files; a class because its checks share what was written."""

    def __init__(self, house: House, staging: ingest.Staging) -> None:
        [(name, self.feed)] = house.feeds.items()
        self.staging = staging
        self.staged = {file.file: file for file in staging.files[name]}
        self.refused = {refusal.file: refusal for refusal in staging.refusals}
        self.same = dict(staging.duplicates.get(name, []))
        self.loaded: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.rejects: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for batch in staging.batches(name):
            paths = staging.paths(house.settings, name, batch)
            for path, found in zip(paths, (self.loaded, self.rejects), strict=True):
                for row in pq.read_table(path).to_pylist() if path.exists() else ():
                    found[row["_file_sha256"]].append(row)

    def fault(self, landed: Landed) -> str | None:
        """What is wrong with what became of a file."""
        file = f"{self.feed.name}/{landed.name}"
        where = [told for told in (self.staged, self.refused, self.same) if file in told]
        if len(where) != 1:
            return f"it is told of {len(where)} times"
        if file in self.refused:
            return self._fault_of_refusal(file, landed)
        if file in self.same:
            return None
        return next(self._faults_of_rows(self.staged[file], landed), None)

    def _fault_of_refusal(self, file: str, landed: Landed) -> str | None:
        refusal = self.refused[file]
        if self.loaded.get(refusal.sha256) or self.rejects.get(refusal.sha256):
            return "it is refused, but some of it is written"
        if not refusal.reason or "\n" in refusal.reason or len(refusal.reason) > 400:
            return f"it is refused in other than a sentence: {refusal.reason}"
        if PERSON in refusal.reason:
            return f"its refusal names a person: {refusal.reason}"
        return "it is good, but refused" if not landed.changes else None

    def _faults_of_rows(self, staged: ingest.StagedFile, landed: Landed) -> Iterator[str]:
        loaded, rejects = self.loaded[staged.sha256], self.rejects[staged.sha256]
        counts = (staged.rows_loaded - staged.rows_superseded, staged.rows_rejected)
        if counts != (len(loaded), len(rejects)):
            yield f"{counts} rows are booked, {len(loaded)} and {len(rejects)} are written"
        if staged.rows_read != staged.rows_loaded + staged.rows_rejected:
            yield "rows read are not rows loaded and rejected"
        if rejects and not landed.changes:
            yield f"it is good, but has rejects: {rejects[0]}"
        unread = {
            json.loads(reject["record"])["sha256"]
            for reject in rejects
            if reject["column_name"] is None
        }
        reading = readings.read(self.feed, landed.name, landed.content, unread)
        if reading is None:
            yield from _faults_of_privacy(loaded, rejects)
            return
        if staged.rows_read != len(reading.rows):
            yield f"{staged.rows_read} of {len(reading.rows)} rows are read"
        for row in loaded:
            if fault := _unlike(reading, row, self._loaded_unlike):
                yield f"row {row['_row']} is loaded, but {fault}"
        for reject in rejects:
            if fault := _unlike(reading, reject, self._reject_unlike):
                yield f"row {reject['_row']} is rejected for {reject['reason']}, but {fault}"
        if not any(self._tells_elsewhere(row) for row in reading.rows):
            yield from _faults_of_privacy(loaded, rejects)

    def _tells_elsewhere(self, row: Row) -> bool:
        """Whether the file itself names a person where no person belongs."""
        kept = [c.name for c in self.feed.columns if not (c.personal or c.json_keys)]
        return row is not None and any(PERSON in (row[name] or "") for name in kept)

    def _loaded_unlike(self, loaded: dict[str, Any], row: Row) -> str | None:
        if row is None:
            return "nobody can read it"
        columns = ((c, row[c.name], loaded[c.name]) for c in self.feed.columns)
        return next(
            (
                f"of {text!r:.80} in {column.name} it keeps {value!r:.80}"
                for column, text, value in columns
                if not _is_kept(self.feed, column, text, value)
            ),
            None,
        )

    def _reject_unlike(self, reject: dict[str, Any], row: Row) -> str | None:
        record = json.loads(reject["record"])
        if reject["column_name"] is None:
            return None if row is None or reject["reason"] in STRAY_REASONS else "it can be read"
        if row is None:
            return None if reject["reason"] == "required but missing" else "nobody can read it"
        for column in self.feed.columns:
            text, recorded = row[column.name], record.get(column.label)
            if column.personal and recorded is not None:
                return f"it keeps the personal {column.label}"
            # What is an object or a list may hold anything: no reject keeps it.
            is_shown = not (
                column.personal or column.json_keys or (text or "").startswith(STRUCTURES)
            )
            if is_shown and text != recorded:
                return f"of {text!r:.80} in {column.label} it keeps {recorded!r:.80}"
        return None


def _unlike(
    reading: Reading, written: dict[str, Any], unlike: Callable[[dict[str, Any], Row], str | None]
) -> str | None:
    """How a written row differs from those that the file has at its place."""
    places = zip(reading.numbers, reading.rows, strict=True)
    # Nobody says which line a row stands in where lines are blank.
    rows = [row for n, row in places if n == written["_row"] or reading.blank_lines]
    differences = [unlike(written, row) for row in rows] or ["there is no such row"]
    return None if None in differences else differences[0]


def _is_kept(feed: ingest.Feed, column: ingest.Column, text: str | None, value: Any) -> bool:
    """Whether a loaded value is what the text says: above all, null only where there is none."""
    if column.json_keys:
        return text is not None or value is None
    if text is None or value is None or text == OPAQUE:
        return (text is None) == (value is None)
    if column.personal:
        return value == hmac.digest(KEY.encode(), text.encode(), "sha256").hex()
    if column.data_type == "string":
        return value == text
    if isinstance(value, Decimal) and column.name not in feed.sum:
        return _is_near(value, text)
    return True


def _is_near(value: Decimal, text: str) -> bool:
    """Whether a text is this number, but for what does not fit its decimals."""
    try:
        return abs(value - Decimal(text)) <= Decimal(1).scaleb(value.as_tuple().exponent)
    except InvalidOperation:
        return False


def _faults_of_privacy(*written: list[dict[str, Any]]) -> Iterator[str]:
    for row in (row for rows in written for row in rows):
        if PERSON in str(row.values()):
            yield f"a person is named in {row}"
