"""A night that is killed leaves nothing wrong: the next one makes the marts of an undisturbed one.

What is published opens at every moment and is one whole version: a reader looks all the time, but
while files are only committed.
Whole nights are the real thing, in a process of their own. The steps that write are also killed
alone, because they are a small part of a night's time.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from random import Random

import dagster as dg
import duckdb
import pytest

from orchestration.recovery import recover
from orchestration.reproduce import scratch_folder
from orchestration.run import NightRunning
from orchestration.settings import PROJECT, Settings
from tests.conftest import Figure, environment, settle
from tests.torture.conftest import tries
from tests.torture.folder import (
    FIRST_NIGHT,
    NEXT_NIGHT,
    NIGHT,
    Folder,
    Nights,
    building,
    different,
    ingesting,
    new_folder,
    publishing,
    publishing_version,
    retracting,
    watched,
)

# How often in a row a night dies before one is left alone.
IN_A_ROW = tries(3, 10)


@dataclass(frozen=True)
class Undisturbed:
    """What comes out when nobody is killed, and how many seconds it takes."""

    content: dict[str, object]
    seconds: float


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A company after a night, kept as `published`, and as `landed` with the next night's files:
    two days more, a correction, and a retraction."""
    folder = new_folder(tmp_path_factory.mktemp("crashes"))
    folder.land(FIRST_NIGHT)
    # The short size stops before the models, which take half a minute.
    folder.run(*NIGHT[: tries(1, len(NIGHT))])
    folder.keep("published")
    folder.land(NEXT_NIGHT)
    [file] = (folder.data / "landing" / "focus").rglob("cirrus-cloud_2026-06-18.csv")
    text = file.read_text(encoding="utf-8")
    corrected = text.replace("2026-06-18 00:00:00", "2026-06-04 00:00:00")
    assert corrected != text
    file.write_text(corrected, encoding="utf-8")
    settle(folder.data)
    folder.run(retracting)
    folder.keep("landed")
    return folder


@pytest.fixture(scope="module")
def ingested(folder: Folder) -> Undisturbed:
    """What the models of the next night read; kept as `ingested`."""
    folder.bring_back("landed")
    seconds = folder.run(ingesting)
    folder.keep("ingested")
    return Undisturbed(folder.inputs(), seconds)


@pytest.fixture(scope="module")
def built(folder: Folder, ingested: Undisturbed) -> float:
    """How many seconds the models take; kept as `built`."""
    folder.bring_back("ingested")
    seconds = folder.run(building)
    folder.keep("built")
    return seconds


@pytest.fixture(scope="module")
def published(folder: Folder, built: float) -> dict[str, object]:
    """What the next night publishes."""
    folder.bring_back("built")
    folder.run(publishing)
    return folder.published()


def kill_in_a_row(kill: Callable[[float], bool], seconds: float, draw: Random) -> str:
    """Kill what takes so many seconds, and what begins after it, and so on; after how long."""
    moments: list[str] = []
    while len(moments) < IN_A_ROW:
        after = draw.uniform(0, seconds)
        if kill(after):
            moments.append(f"{after:.3f} s")
    return ", ".join(moments)


@pytest.mark.parametrize("seed", range(tries(1, 5)))
def test_ingestion_killed(folder: Folder, ingested: Undisturbed, seed: int, figure: Figure) -> None:
    folder.bring_back("landed")
    moments = kill_in_a_row(partial(folder.kill, ingesting), ingested.seconds, Random(seed))
    folder.run(ingesting)
    wrong = different(ingested.content, folder.inputs()) + folder.leftovers()
    figure("kills while files are committed", IN_A_ROW, 0 if wrong else IN_A_ROW)
    assert not wrong, f"seed {seed}, killed after {moments}"


def test_publication_of_small_tables_killed(tmp_path: Path, figure: Figure) -> None:
    """A version after the other; most are killed, and one whole version is always there."""
    folder, draw = Folder(tmp_path / "data", tmp_path), Random(0)
    folder.run(partial(publishing_version, 0))
    seconds = folder.run(partial(publishing_version, 1))
    killed, number, seen = 0, 1, [1]
    while killed < tries(5, 70):
        number += 1
        killed += folder.kill(partial(publishing_version, number), draw.uniform(0, seconds))
        seen.append(folder.version())
    folder.run(partial(publishing_version, number + 1))
    wrong = folder.leftovers()
    figure("kills while small tables are published", killed, 0 if wrong else killed)
    assert not wrong
    assert seen == sorted(seen)
    assert folder.version() == number + 1


@pytest.mark.parametrize("seed", range(tries(0, 3)))
def test_publication_killed(folder: Folder, seed: int, figure: Figure) -> None:
    folder.bring_back("published")
    before = folder.published()
    seconds = folder.run(publishing)
    with watched(folder):
        moments = kill_in_a_row(partial(folder.kill, publishing), seconds, Random(seed))
        folder.run(publishing)
    wrong = different(before, folder.published()) + folder.leftovers()
    figure("kills while marts are published", IN_A_ROW, 0 if wrong else IN_A_ROW)
    assert not wrong, f"seed {seed}, killed after {moments}"


@pytest.mark.parametrize("seed", range(tries(0, 2)))
def test_step_killed_before_a_night(
    folder: Folder,
    ingested: Undisturbed,
    built: float,
    published: dict[str, object],
    seed: int,
    figure: Figure,
) -> None:
    state, step, seconds = ("ingested", building, built)
    if seed == 0:
        state, step, seconds = ("landed", ingesting, ingested.seconds)
    folder.bring_back(state)
    with watched(folder):
        moments = kill_in_a_row(partial(folder.kill, step), seconds, Random(seed))
        folder.run(*NIGHT)
    wrong = different(published, folder.published()) + folder.leftovers()
    figure(f"kills before a night: {step.__name__}", IN_A_ROW, 0 if wrong else IN_A_ROW)
    assert not wrong, f"seed {seed}, {step.__name__} killed after {moments}"


def publishing_until(moment: tuple[str, str, int], folder: Folder) -> None:
    """Publish, and die at a function's call. moment: its module, its name, which call."""
    module, function, calls = moment
    place = import_module(f"orchestration.{module}")
    working, left = getattr(place, function), iter(range(calls - 1))

    def dying(*arguments: object, **options: object) -> object:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return working(*arguments, **options)

    setattr(place, function, dying)
    publishing(folder)


MOMENTS = (
    ("ingest", "complete", 1),
    ("dbt", "remember_fingerprint", 1),
    ("decisions", "append_decisions", 1),
    ("publish", "_swap", 1),
    ("publish", "_swap", 2),
    ("publish", "remove_old", 1),
    ("alerts", "send", 1),
)


@pytest.mark.parametrize("moment", MOMENTS[: tries(0, len(MOMENTS))], ids=lambda moment: moment[1])
def test_night_dies_between_two_parts_of_its_publication(
    folder: Folder, published: dict[str, object], moment: tuple[str, str, int], figure: Figure
) -> None:
    folder.bring_back("built")
    with watched(folder):
        dying = folder.start(partial(publishing_until, moment))
        dying.join()
        folder.run(*NIGHT)
    wrong = different(published, folder.published()) + folder.leftovers()
    figure("deaths between two parts of publication", 1, 0 if wrong else 1)
    assert dying.exitcode == -signal.SIGKILL
    assert not wrong


def test_dbt_ends_with_its_night(tmp_path: Path) -> None:
    """The night is a process that starts dbt, says which process that is, and is killed."""
    night = (
        "import sys; from pathlib import Path; from orchestration import dbt\n"
        "made = dbt.dbt_resource(dbt.dbt_project()).cli(['debug'], target_path=Path(sys.argv[1]))\n"
        "print(made.process.pid, flush=True); made.process.wait()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", night, str(tmp_path)],
        cwd=PROJECT,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    dbt = int(process.stdout.readline())
    # A descriptor of a process can be waited for also when it is not one's child.
    descriptor = os.pidfd_open(dbt)
    process.kill()
    process.communicate()
    ended = select.select([descriptor], [], [], 10)[0]
    os.close(descriptor)
    assert ended


@pytest.mark.parametrize("spoiled", [b"", b"half a header", b"\0" * 100_000])
def test_warehouse_that_cannot_be_opened_is_removed(settings: Settings, spoiled: bytes) -> None:
    settings.warehouse.write_bytes(spoiled)
    settings.warehouse.with_suffix(".duckdb.wal").write_bytes(spoiled)
    recover(settings)
    with duckdb.connect(str(settings.warehouse)) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


def test_warehouse_somebody_has_open_is_left_alone(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create table kept as select 1 as one")
    keeper = subprocess.Popen(
        [sys.executable, "-c", "import duckdb, sys; kept = duckdb.connect(sys.argv[1]);"
         " print('open', flush=True); sys.stdin.read()", str(settings.warehouse)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert keeper.stdout.readline() == "open\n"
    with pytest.raises(NightRunning, match="close it, then start again"):
        recover(settings)
    keeper.communicate()
    with duckdb.connect(str(settings.warehouse)) as connection:
        assert connection.execute("from kept").fetchall() == [(1,)]


def test_scratch_of_a_dead_reproduction_is_cleared_and_a_living_ones_kept(
    settings: Settings,
) -> None:
    spilled = settings.warehouse.with_suffix(".duckdb.tmp")
    spilled.mkdir()
    with scratch_folder(settings) as scratch:
        (scratch / "warehouse.duckdb").touch()
        recover(settings)
        assert (scratch / "warehouse.duckdb").exists()
    assert not spilled.exists()
    scratch.mkdir()
    (scratch / "warehouse.duckdb").touch()
    recover(settings)
    assert not scratch.exists()


@pytest.fixture(scope="module")
def nights(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    home = tmp_path_factory.mktemp("home")
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", home)
    return Nights(folder, home)


@pytest.fixture(scope="module")
def seconds_of_a_night(nights: Nights, published: dict[str, object]) -> float:
    """How long a whole night takes, which publishes what its steps do."""
    nights.folder.bring_back("landed")
    began = time.monotonic()
    night = nights.run()
    seconds = time.monotonic() - began
    assert night.code == 0, night.output
    assert not different(published, nights.folder.published())
    return seconds


class TestWholeNights:
    """As `make nightly` runs them. They take as long as the rest: another process may have them."""

    @pytest.mark.parametrize("seed", range(tries(0, 3)))
    def test_whole_nights_killed(
        self,
        folder: Folder,
        nights: Nights,
        published: dict[str, object],
        seconds_of_a_night: float,
        seed: int,
        figure: Figure,
    ) -> None:
        folder.bring_back("landed")
        with watched(folder):
            moments = kill_in_a_row(nights.kill, seconds_of_a_night, Random(seed))
            night = nights.run()
        assert night.code == 0, f"{night.output} after seed {seed}, killed after {moments}"
        wrong = different(published, folder.published()) + folder.leftovers()
        figure("kills of whole nights", IN_A_ROW, 0 if wrong else IN_A_ROW)
        assert not wrong, f"seed {seed}, killed after {moments}"
        # The dead are recorded as running: they may hold up scheduled nights, not the next day's.
        with dg.DagsterInstance.from_config(str(nights.home)) as records:
            assert records.get_runs(limit=1)[0].status == dg.DagsterRunStatus.SUCCESS
            assert records.run_monitoring_enabled
            assert 0 < records.run_monitoring_max_runtime_seconds < 24 * 3600
