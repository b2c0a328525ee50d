"""Where there is no room, or somebody else is at work, a night ends in one clear line.

No room: files may not grow, the disk is full, memory is short. Nothing that is published suffers,
and the next night that has room makes the marts of an undisturbed one.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from demo.company import write
from orchestration.run import only_one
from orchestration.settings import PROJECT
from tests.conftest import Figure, environment, settle
from tests.torture.conftest import IS_HEAVY, tries
from tests.torture.folder import (
    FIRST_NIGHT,
    NIGHT,
    Folder,
    Nights,
    different,
    ingesting,
    new_folder,
    publishing_version,
    watched,
)

KB, MB = 1 << 10, 1 << 20
# The interpreter with all it imports, beside what DuckDB may take, and exceed by a fifth.
IMPORTED = 600 * MB
heavy_only = pytest.mark.skipif(not IS_HEAVY, reason="whole nights are for make torture")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A company before its first night, kept as `landed`."""
    folder = new_folder(tmp_path_factory.mktemp("no_room"))
    folder.land(FIRST_NIGHT)
    folder.keep("landed")
    return folder


@pytest.fixture(scope="module")
def inputs(folder: Folder) -> dict[str, object]:
    """What an undisturbed night's models read."""
    folder.bring_back("landed")
    folder.run(ingesting)
    return folder.inputs()


@pytest.fixture(scope="module")
def published(folder: Folder) -> dict[str, object]:
    """What an undisturbed night publishes; the folder is kept as `published`."""
    folder.bring_back("landed")
    folder.run(*NIGHT)
    folder.keep("published")
    return folder.published()


@pytest.fixture(scope="module")
def nights(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    return Nights(folder, tmp_path_factory.mktemp("home"))


def unclear(code: int, output: str) -> str | None:
    """What is not clear about how a night ended that may fail for want of room."""
    if code not in (0, 1) or "Traceback" in output:
        return f"ended with {code}: {output}"
    if code == 1 and "Way out: " not in output:
        return f"no way out: {output}"
    return None


def test_ingestion_without_room(folder: Folder, inputs: dict[str, object], figure: Figure) -> None:
    """Files may not grow, each time to another size; then they may."""
    draw = Random(0)
    sizes = [int(4 * KB * 512 ** draw.random()) for _ in range(tries(2, 20))]
    folder.bring_back("landed")
    ends = []
    for size in sizes:
        process = folder.start(ingesting, size)
        process.join()
        ends.append((size, process.exitcode))
    folder.run(ingesting)
    wrong = different(inputs, folder.inputs()) + folder.leftovers()
    wrong += [f"{size} bytes: ended with {code}" for size, code in ends if code not in (0, 1)]
    figure("ingestions without room on the disk", len(sizes), 0 if wrong else len(sizes))
    assert not wrong
    assert 1 in [code for _, code in ends], "no size was too small"


def test_ingestion_without_memory(
    folder: Folder, inputs: dict[str, object], figure: Figure
) -> None:
    limits = ["100MB", "30MB", "10MB"][: tries(1, 3)]
    folder.bring_back("landed")
    ends = []
    for limit in limits:
        process = folder.start(ingesting, OUTTURN_MEMORY_LIMIT=limit)
        process.join()
        ends.append((limit, process.exitcode))
    folder.run(ingesting)
    wrong = different(inputs, folder.inputs()) + folder.leftovers()
    wrong += [f"{limit}: ended with {code}" for limit, code in ends if code not in (0, 1)]
    figure("ingestions without memory", len(limits), 0 if wrong else len(limits))
    assert not wrong


def test_publication_without_room(tmp_path: Path, figure: Figure) -> None:
    """What is published stays the version before, until one has room."""
    folder, draw = Folder(tmp_path / "data", tmp_path), Random(0)
    sizes = [int(KB * 512 ** draw.random()) for _ in range(tries(3, 15))]
    folder.run(partial(publishing_version, 0))
    wrong, before = [], 0
    for number, size in enumerate(sizes, start=1):
        process = folder.start(partial(publishing_version, number), size)
        process.join()
        before = before if process.exitcode else number
        if process.exitcode not in (0, 1) or folder.version() != before:
            wrong.append(f"{size} bytes: ended with {process.exitcode}, not version {before}")
    folder.run(partial(publishing_version, len(sizes) + 1))
    wrong += folder.leftovers()
    figure("publications without room on the disk", len(sizes), len(sizes) - len(wrong))
    assert not wrong
    assert folder.version() == len(sizes) + 1
    assert before < len(sizes), "no size was too small"


def withdrawal(folder: Folder) -> subprocess.Popen[str]:
    """Begin `make retract`."""
    file = f"otlp_traces/otlp_traces_{FIRST_NIGHT}.json"
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.withdraw", "retract", file],
        cwd=PROJECT,
        env=environment(folder.data),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def beginning_anyhow(nights: Nights) -> list[str]:
    """What is wrong when a night and a withdrawal begin while somebody is at work."""
    night, other = nights.start(), withdrawal(nights.folder)
    output, _ = night.communicate()
    told, _ = other.communicate()
    wrong = []
    if night.returncode != 2 or "did not begin: another night" not in output or "fail" in output:
        wrong.append(f"night ended with {night.returncode}: {output}")
    if other.returncode != 1 or "Nothing was withdrawn: another night" not in told:
        wrong.append(f"withdrawal ended with {other.returncode}: {told}")
    return wrong


def test_nobody_begins_while_a_night_is_at_work(folder: Folder, nights: Nights) -> None:
    folder.bring_back("landed")
    with only_one(folder.company.settings):
        assert not beginning_anyhow(nights)
    assert not (folder.data / "lake").exists()


@heavy_only
def test_night_that_others_want_to_join(
    folder: Folder, nights: Nights, published: dict[str, object], figure: Figure
) -> None:
    """Others try again and again, up to the marts; the night comes out as if they had not."""
    folder.bring_back("landed")
    night = nights.start()
    wrong, tried = [], 0
    while not (folder.data / "runs").exists():
        assert night.poll() is None
    is_last = False
    while not is_last:
        # The marts take far longer than others take to begin.
        is_last = any((folder.data / "runs").glob("*/validation_staging.parquet"))
        wrong += beginning_anyhow(nights)
        tried += 2
    output, _ = night.communicate()
    wrong += different(published, folder.published())
    figure("others while a night is at work", tried, tried - len(wrong))
    assert night.returncode == 0, output
    assert not wrong


@heavy_only
def test_nights_without_room(
    folder: Folder, nights: Nights, published: dict[str, object], figure: Figure
) -> None:
    folder.bring_back("published")
    sizes = [KB, 400 * KB, 4 * MB, 24 * MB]
    with watched(folder):
        ends = [nights.run(size) for size in sizes]
        last = nights.run()
    wrong = [told for night in ends if (told := unclear(night.code, night.output))]
    wrong += different(published, folder.published()) + folder.leftovers()
    figure("nights whose files may not grow", len(sizes), len(sizes) - len(wrong))
    assert not wrong
    assert last.code == 0, last.output


@pytest.fixture
def small_disk(folder: Folder, tmp_path: Path) -> Iterator[Folder]:
    """A company on a file system of its own, which has room for little more than its files."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr}")
    folder.bring_back("landed")
    shutil.copytree(folder.data, disk / "data")
    yield Folder(disk / "data", tmp_path)
    subprocess.run(["umount", str(disk)], check=True)


@heavy_only
def test_nights_on_a_full_disk(
    small_disk: Folder, published: dict[str, object], tmp_path: Path, figure: Figure
) -> None:
    """The disk grows from night to night; the last one has enough."""
    nights = Nights(small_disk, tmp_path)
    sizes = [40, 100, 200]
    wrong = []
    for size in [*sizes, 2000]:
        grown = f"remount,size={size}m"
        subprocess.run(["mount", "-o", grown, str(small_disk.data.parent)], check=True)
        night = nights.run()
        if told := unclear(night.code, night.output):
            wrong.append(f"{size} MB: {told}")
    wrong += different(published, small_disk.published())
    figure("nights on a full disk", len(sizes), len(sizes) - len(wrong))
    assert not wrong
    assert night.code == 0, night.output


@heavy_only
def test_night_without_memory(
    folder: Folder, nights: Nights, published: dict[str, object], figure: Figure
) -> None:
    folder.bring_back("landed")
    limits = ["20MB", "100MB"]
    ends = [nights.run(OUTTURN_MEMORY_LIMIT=limit) for limit in limits]
    last = nights.run()
    wrong = [told for night in ends if (told := unclear(night.code, night.output))]
    wrong += different(published, folder.published())
    figure("nights without memory", len(limits), len(limits) - len(wrong))
    assert not wrong
    assert last.code == 0, last.output


class TestMillionsOfRows:
    """It takes as long as all the rest here: another process may have it."""

    @heavy_only
    def test_millions_of_rows_in_a_gigabyte(self, tmp_path: Path, figure: Figure) -> None:
        """A night over twenty times the demo company, with little memory."""
        folder = Folder(tmp_path / "data", tmp_path)
        written = write(folder.data, scale=20)
        settle(folder.data)
        night = Nights(folder, tmp_path).start(OUTTURN_MEMORY_LIMIT="1GB")
        output = night.stdout.read()
        _, status, used = os.wait4(night.pid, 0)
        night.returncode = os.waitstatus_to_exitcode(status)
        peak, most = used.ru_maxrss * KB, 1.2e9 + IMPORTED
        rows = sum(written.rows.values())
        figure(
            "rows in a night of 1 GB", rows, rows if peak < most and night.returncode == 0 else 0
        )
        assert unclear(night.returncode, output) is None
        assert peak < most, f"{peak / MB:,.0f} MB"
