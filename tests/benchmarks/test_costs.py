"""What a process costs is what the system counted, and a bound that is missed is told."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks import ingest, nights, pages, sizes
from benchmarks.parts import Parts
from benchmarks.processes import Measured, ProcessFailed, measure, middle

BURN = "import time\nwhile time.process_time() < 0.5: pass"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"


@pytest.mark.parametrize("program", [BURN, PARENT], ids=["itself", "what it waits for"])
def test_all_of_a_process_is_counted(program: str) -> None:
    cost = measure([sys.executable, "-c", program], os.environ)
    assert 0.5 <= cost.cpu < 5
    assert cost.seconds > 0.4
    assert 1e6 < cost.peak < 1e8


def test_the_largest_memory_is_told_in_bytes() -> None:
    cost = measure([sys.executable, "-c", "held = b'x' * 300_000_000"], os.environ)
    assert 3e8 < cost.peak < 4e8


def test_a_process_that_fails_is_not_measured() -> None:
    with pytest.raises(ProcessFailed, match="no such luck"):
        measure([sys.executable, "-c", "raise SystemExit('no such luck')"], os.environ)


def test_the_middle_is_of_each_number() -> None:
    runs = [Measured(1, 30, 200), Measured(3, 10, 100), Measured(2, 20, 300)]
    assert middle(runs) == Measured(2, 20, 200)


def test_each_bound_of_ingestion_is_held() -> None:
    costs = {name: Measured(1, 1000, 1) for name in ingest.ENGINES}
    costs |= {ingest.OUTTURN: Measured(1, 10, 1), ingest.BARE: Measured(1, 8, 1)}
    assert ingest.misses(1, costs) == []
    costs |= {ingest.BARE: Measured(1, 7.9, 1), "Polars": Measured(1, 29, 1)}
    bare, polars = ingest.misses(1, costs)
    assert "1.27 of the bare SQL's" in bare
    assert "Polars costs 2.9 of Outturn's" in polars


def test_each_bound_of_nights_is_held() -> None:
    cheap = Measured(1, 45, 1)
    held = {
        "first": nights.Night(cheap, 100, 50),
        "a day more": nights.Night(cheap, 20, 2),
        "nothing new": nights.Night(cheap, 0, 0),
    }
    assert nights.misses(5, nights.Nights(held, Parts(2, 1, 5))) == []
    missed = held | {
        "a day more": nights.Night(Measured(1, 45, 3_000_000_000), 21, 3),
        "nothing new": nights.Night(Measured(1, 46, 1), 0, 0),
    }
    assert len(nights.misses(20, nights.Nights(missed, Parts(2, 1, 9)))) == 4
    assert len(nights.misses(5, nights.Nights(missed, Parts(2, 1, 5)))) == 3
    assert len(nights.misses(1, nights.Nights(missed, Parts(2, 1, 5)))) == 2, (
        "of other sizes nothing is asked of models"
    )
    assert len(nights.misses(5, nights.Nights(held, Parts(2.1, 1, 5.1)))) == 2


def test_each_bound_of_sizes_is_held() -> None:
    def case(millions: float, landed: str, cpu: float, peak: int = 2_000_000_000) -> sizes.Case:
        return sizes.Case(millions, landed, Measured(1, cpu, peak))

    files = [case(1, sizes.ONE, 10), case(1, sizes.MANY, 15)]
    assert sizes.misses([case(1, sizes.DAILY, 10), *files, case(5, sizes.DAILY, 57.5)]) == []
    files = [case(1, sizes.ONE, 10), case(1, sizes.MANY, 15.1)]
    large = [case(5, sizes.DAILY, 57.6, 2_000_000_001), case(20, sizes.DAILY, 200, 3_000_000_000)]
    many, span, memory = sizes.misses([case(1, sizes.DAILY, 10), *files, *large])
    assert many.startswith(f"Missed: {sizes.MANY}")
    assert "a span of 5 million" in span
    assert "5 million spans take" in memory


def test_each_bound_of_pages_is_held() -> None:
    held = {"": [2.0, 1.0, 1.0], "cost": [1.0, 2.0, 1.0]}
    assert pages.misses(1, pages.Waits(60, held, held)) == []
    late = {"": [2.1, 1.0, 1.0], "cost": [1.0, 1.0, 4.1]}
    demo, first, cost = pages.misses(1, pages.Waits(61, late, held))
    assert "the demo takes 61 s" in demo
    assert "the page / takes 2.10 s opened" in first
    assert "the page cost takes 4.10 s opened, at most 2" in cost
    assert pages.misses(20, pages.Waits(999, held, late)) == [
        "Missed: the page cost takes 4.10 s gone to, at most 4"
    ]
    assert pages.misses(5, pages.Waits(999, late, late)) == [], "of other scales nothing is asked"


def test_small_files_hold_the_same_lines(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    landing.mkdir()
    lines = [b"%d" % number * 90_000 + b"\n" for number in range(10, 50)]
    (landing / "a.json").write_bytes(b"".join(lines[:15]))
    (landing / "b.json").write_bytes(b"".join(lines[15:]))

    one = sizes.in_one(landing, tmp_path / "one")
    many = sizes.in_many(landing, tmp_path / "many")

    assert [file.read_bytes() for file in one.iterdir()] == [b"".join(lines)]
    small = sorted(many.iterdir())
    assert b"".join(file.read_bytes() for file in small) == b"".join(lines)
    assert [file.stat().st_size // 100_000 for file in small] == [10] * 6 + [7]
