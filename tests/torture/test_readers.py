"""Readers see one whole version, without an error, however fast new ones are published."""

import multiprocessing
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

import duckdb

from orchestration.decisions import SCHEMA
from orchestration.publish import PUBLICATIONS_KEPT, Comments, publish
from orchestration.settings import Settings
from tests.conftest import Figure
from tests.ops.test_publish import PROVENANCE, run_number
from tests.torture.conftest import tries
from tests.torture.reading import TABLES, by_connection, by_parquet, by_sqlalchemy, read, version

WAYS = (by_connection, by_sqlalchemy, by_parquet)
PATIENCE_SECONDS = 60


def publish_number(settings: Settings, number: int) -> Path:
    """Publish a version whose tables all tell its number, and differ in length by it."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        for name, times in TABLES.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(
                f"create or replace table {name} as"
                f" select {number} as number from range({times * (number + 1)})"
            )
    comments = {name: Comments("One row.", {}) for name in TABLES}
    run = run_number(settings, number)
    return publish(settings, run, PROVENANCE, comments, SCHEMA.empty_table()).path


def test_readers_while_versions_are_published(settings: Settings, figure: Figure) -> None:
    versions, readers = tries(8, 200), tries(3, 8)
    processes = multiprocessing.get_context("spawn")
    said = processes.Queue()
    publish_number(settings, 0)
    ready = [processes.Event() for _ in range(readers)]
    started = []
    for way, event in zip(islice(cycle(WAYS), readers), ready, strict=True):
        told = (way, settings.published, versions, event, said)
        started.append(processes.Process(target=read, args=told, daemon=True))
        started[-1].start()
    assert all(event.wait(PATIENCE_SECONDS) for event in ready)
    for number in range(1, versions + 1):
        publish_number(settings, number)
    answers = [said.get(timeout=PATIENCE_SECONDS) for _ in started]
    for process in started:
        process.join()
    wrong = [answer for answer in answers if answer[2]]
    looks = sum(answer[1] for answer in answers)
    figure(f"looks at {versions} publications by {readers} readers", looks, looks - len(wrong))
    assert not wrong


def test_path_that_was_resolved_stays_for_two_more_publications(settings: Settings) -> None:
    resolved = publish_number(settings, 0)
    for number in range(1, PUBLICATIONS_KEPT):
        publish_number(settings, number)

    with closing(duckdb.connect(str(resolved), read_only=True)) as connection:
        assert version(lambda sql: connection.execute(sql).fetchall()) == 0
        publish_number(settings, PUBLICATIONS_KEPT)
        assert not resolved.exists()
        assert version(lambda sql: connection.execute(sql).fetchall()) == 0, "it stays open"
