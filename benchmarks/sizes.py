"""Ingestion of more, and of smaller, landing files: what a span costs may not grow with either.

What belongs here: Outturn's ingestion alone, of several sizes and of one size in many files. What
does not: other engines (ingest.py).

Run as a program: python -m benchmarks.sizes MILLIONS..., the first of which is what the others are
measured against; it fails where ingestion costs more than it may.
"""

import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from rich.console import Console
from rich.table import Table

from benchmarks.ingest import landed, outturn
from benchmarks.processes import Measured, middle

RUNS = 3
# CPU of a span against one of the smallest size; of many files against one of the same bytes.
LINEAR, FILES = 1.15, 1.5
# Bytes of memory at MEMORY_AT million spans, and of a small file.
PEAK, MEMORY_AT = 2_000_000_000, 5
SMALL_FILE = 1_000_000
DAILY, ONE, MANY = "a file a day", "one file", "files of 1 MB"


@dataclass(frozen=True)
class Case:
    """What it cost to ingest so many million spans, landed one way."""

    millions: float
    landed: str
    cost: Measured

    @property
    def a_span(self) -> float:
        """CPU microseconds of a span."""
        return self.cost.cpu / self.millions


def ingested(folder: Path, landing: Path) -> Measured:
    """The median cost of ingesting these files."""
    runs = []
    for _ in range(RUNS):
        target = folder / "target"
        target.mkdir()
        runs.append(outturn(landing, target))
        rmtree(target)
    return middle(runs)


def in_one(landing: Path, folder: Path) -> Path:
    """All lines of some files in one file."""
    folder.mkdir()
    with (folder / "all.json").open("wb") as all_lines:
        for file in sorted(landing.iterdir()):
            all_lines.write(file.read_bytes())
    return folder


def in_many(landing: Path, folder: Path) -> Path:
    """All lines of some files in files of about SMALL_FILE bytes."""
    folder.mkdir()
    lines: list[bytes] = []
    files = filled = 0
    for file in sorted(landing.iterdir()):
        for line in file.read_bytes().splitlines(keepends=True):
            lines.append(line)
            filled += len(line)
            if filled >= SMALL_FILE:
                (folder / f"{files:05}.json").write_bytes(b"".join(lines))
                lines, files, filled = [], files + 1, 0
    (folder / f"{files:05}.json").write_bytes(b"".join(lines))
    return folder


def measured(millions: float, ways: Iterable[str]) -> list[Case]:
    """Each way of landing so many million spans."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        landing = landed(folder, millions)
        made = {
            DAILY: lambda: landing,
            ONE: lambda: in_one(landing, folder / "one"),
            MANY: lambda: in_many(landing, folder / "many"),
        }
        return [Case(millions, way, ingested(folder, made[way]())) for way in ways]


def shown(cases: Iterable[Case]) -> Table:
    """The costs as a table."""
    table = Table(title=f"Outturn's OTLP ingest by size, median of {RUNS}")
    table.add_column("million spans")
    table.add_column("landed as")
    for name in ("seconds", "CPU seconds", "CPU µs a span", "peak GB"):
        table.add_column(name, justify="right")
    for case in cases:
        numbers = (case.cost.seconds, case.cost.cpu, case.a_span)
        peak = f"{case.cost.peak / 1e9:.2f}"
        table.add_row(f"{case.millions:g}", case.landed, *(f"{n:.1f}" for n in numbers), peak)
    return table


def misses(cases: Sequence[Case]) -> list[str]:
    """The bounds that do not hold, a sentence each; the first size is the measure of the others."""
    daily = [case for case in cases if case.landed == DAILY]
    of_files = {case.landed: case.a_span for case in cases if case.millions == cases[0].millions}
    share = of_files[MANY] / of_files[ONE]
    said = [f"Missed: {MANY} cost {share:.2f} of {ONE}, at most {FILES}"] if share > FILES else []
    for case in daily:
        share = case.a_span / daily[0].a_span
        if share > LINEAR:
            said.append(
                f"Missed: a span of {case.millions:g} million costs {share:.2f} of one of "
                f"{daily[0].millions:g} million, at most {LINEAR}"
            )
        if case.millions <= MEMORY_AT and case.cost.peak > PEAK:
            said.append(
                f"Missed: {case.millions:g} million spans take {case.cost.peak / 1e9:.2f} GB, at "
                f"most {PEAK / 1e9:g}"
            )
    return said


if __name__ == "__main__":
    first, *others = [float(size) for size in sys.argv[1:]] or [1, 5, 20]
    found = measured(first, (DAILY, ONE, MANY))
    for size in others:
        found += measured(size, [DAILY])
    console = Console()
    console.print(shown(found))
    for miss in misses(found):
        console.print(miss)
    sys.exit(1 if misses(found) else 0)
