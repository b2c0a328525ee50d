"""A kill between any two steps, and a night again: the same rows, once."""

import pickle
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import ingest
from orchestration.ingest import commits, lake
from tests.ingest.conftest import PROJECT

FX = "rate_date,currency,usd_per_unit\n"


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def house(make_house):
    house = make_house("fx_rates", "timesheets")
    house.land("fx_rates/a.csv", FX + "2026-01-02,A,1\n")
    house.night()
    house.land("fx_rates/a.csv", FX + "2026-01-02,B,1\n")
    house.land("timesheets/t.csv", "worker_id,work_date,activity,hours\np,2026-01-02,review,1\n")
    return house


def content(house):
    return house.query("select currency from raw.fx_rates"), house.query(
        "select hours::int from raw.timesheets"
    )


def unnamed(house):
    """Files of the lake's tables that no snapshot names."""
    with lake.open_catalog(house.settings) as catalog:
        tables = [lake.find_table(catalog, feed) for feed in house.feeds.values()]
        return {
            path
            for table in tables
            for path in lake.folder(table).rglob("*")
            if path.is_file() and path not in lake.named_files(table)
        }


AFTER = ([("B",)], [(1,)])


@pytest.mark.parametrize(
    "step",
    [
        (lake, "write"),
        (lake, "ensure_table"),
        (commits, "_report"),
        (ingest, "register"),
    ],
)
def test_a_commit_killed_before_a_step_is_made_good_by_the_next_night(house, monkeypatch, step):
    def killed(*arguments):
        raise Killed

    staging = house.stage()
    with monkeypatch.context() as patch:
        patch.setattr(*step, killed)
        with pytest.raises(Killed):
            ingest.commit(house.settings, house.feeds, staging)
    house.night()
    assert content(house) == AFTER
    assert house.query("select count(*) from raw.files") == [(2,)]
    assert not unnamed(house)


def test_a_commit_killed_between_feeds_can_also_be_repeated(house, monkeypatch):
    staging = house.stage()
    write = lake.write

    def second_fails(table, *arguments):
        if table.name()[-1] == "timesheets":
            raise Killed
        write(table, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(lake, "write", second_fails)
        with pytest.raises(Killed):
            ingest.commit(house.settings, house.feeds, staging)
    ingest.commit(house.settings, house.feeds, ingest.read_staging(house.settings))
    assert content(house) == AFTER


def test_a_staging_killed_on_the_way_leaves_nothing_behind(house, monkeypatch):
    from orchestration.ingest import staging as module

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module.rows, "count_strays", killed)
        with pytest.raises(Killed):
            house.stage()
    house.night()
    assert content(house) == AFTER


@pytest.mark.parametrize("saved", ["landed", "staging"])
def test_a_staging_killed_while_it_is_saved_leaves_the_next_night_a_way(house, monkeypatch, saved):
    write_text = Path.write_text

    def killed(path, text, **options):
        if path.name != f"{saved}.partial":
            return write_text(path, text, **options)
        path.write_bytes(text[:20].encode())
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.write_text", killed)
        with pytest.raises(Killed):
            house.stage()
    house.night()
    assert content(house) == AFTER


KILLED = """
import os, pickle, signal, sys
from orchestration import ingest
from orchestration.ingest import lake

settings, feeds = pickle.loads(sys.stdin.buffer.read())
write = lake.write

def second_is_killed(table, *arguments):
    if table.name()[-1] == "timesheets":
        os.kill(os.getpid(), signal.SIGKILL)
    write(table, *arguments)

lake.write = second_is_killed
ingest.commit(settings, feeds, ingest.stage(settings, feeds))
"""


def test_a_process_killed_between_two_feeds_is_made_good_by_the_next_night(house):
    died = subprocess.run(
        [sys.executable, "-c", KILLED],
        input=pickle.dumps((house.settings, house.feeds)),
        cwd=PROJECT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    names = house.feeds.keys()
    snapshots = ingest.snapshots(house.settings, house.feeds)
    assert [name for name in names if snapshots[name]] == ["fx_rates"]
    house.night()
    assert content(house) == AFTER
    assert house.query("select file, status from raw.files order by 1") == [
        ("fx_rates/a.csv", "loaded"),
        ("timesheets/t.csv", "loaded"),
    ]
    assert not unnamed(house)
    assert not list(house.settings.lake.rglob("*.partial"))


def test_committing_twice_adds_nothing(house):
    staging = house.night()
    before = ingest.snapshots(house.settings, house.feeds)
    ingest.commit(house.settings, house.feeds, staging)
    assert ingest.snapshots(house.settings, house.feeds) == before
    assert content(house) == AFTER


def test_a_staging_of_an_older_lake_is_not_committed(house):
    staging = house.stage()
    ingest.withdraw(house.settings, house.feeds, "fx_rates/a.csv", "retracted")
    with pytest.raises(ingest.StaleStaging):
        ingest.commit(house.settings, house.feeds, staging)


def test_the_warehouse_can_be_thrown_away(house):
    house.night()
    house.settings.warehouse.unlink()
    house.night()
    assert content(house) == AFTER


def test_staged_files_may_be_thrown_away_after_the_commit(house):
    house.night()
    shutil.rmtree(house.settings.staged)
    assert content(house) == AFTER
