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


def measured(folder: Path, sizes: Sequence[float]) -> list[Case]:
    """Each size in a file a day, the first in one file and in many too; in turns, so that none has
    the machine's better hour."""
    ways: list[tuple[float, str, Path]] = []
    for millions in sizes:
        within = folder / f"{millions:g}"
        within.mkdir()
        ways.append((millions, DAILY, landed(within, millions)))
    first, _, daily = ways[0]
    ways.append((first, ONE, in_one(daily, folder / "one")))
    ways.append((first, MANY, in_many(daily, folder / "many")))
    runs: list[list[Measured]] = [[] for _ in ways]
    for _ in range(RUNS):
        for (millions, way, landing), made in zip(ways, runs, strict=True):
            target = folder / "target"
            target.mkdir()
            made.append(outturn(landing, target))
            rmtree(target)
            print(f"{millions:g} million, {way}: {made[-1]}", file=sys.stderr)
    return [
        Case(millions, way, middle(made))
        for (millions, way, _), made in zip(ways, runs, strict=True)
    ]


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
    with tempfile.TemporaryDirectory() as name:
        found = measured(Path(name), [float(size) for size in sys.argv[1:]] or [1, 5, 20])
    console = Console()
    console.print(shown(found))
    for miss in misses(found):
        console.print(miss)
    sys.exit(1 if misses(found) else 0)
