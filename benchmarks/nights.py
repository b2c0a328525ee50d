"""What whole nights cost: the first, one with a day more, one with nothing new.

What belongs here: nights of the demo company as `make nightly` runs them, measured as processes,
how long their models took, and the bounds of all that. What does not: how gates and publication are
measured alone (parts.py).

Run as a program: python -m benchmarks.nights MILLIONS..., of spans in the company; it fails where a
night costs more than it may.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.table import Table

from benchmarks.bounds import hold
from benchmarks.ingest import SPANS_AT_SCALE_1
from benchmarks.parts import Parts
from benchmarks.processes import Measured, measure
from demo.company import write
from demo.plan import LAST_DAY
from orchestration import dbt
from orchestration.settings import PROJECT
from tests.conftest import environment, settle

# CPU seconds of a night with nothing new, and bytes of any night at 2 GB for DuckDB.
NOTHING_NEW, PEAK = 45, 2_500_000_000
# CPU of gates against their statements as plain SQL, and seconds of a publication at 5 million.
GATES, PUBLICATION = 2, 5
# A day's models against those of a full build, by millions of spans; heavy models alone.
OF_FULL, HEAVY_OF_FULL = {5: 0.20, 20: 0.10}, {20: 0.04}
# What dbt's log calls the end of a statement.
STATEMENT = "SQLQueryStatus"
# dbt logs each statement with its seconds, in one file, so that its own time can be left out.
NIGHT = {
    "OUTTURN_MEMORY_LIMIT": "2GB",
    "DBT_LOG_LEVEL_FILE": "debug",
    "DBT_LOG_FILE_MAX_BYTES": "0",
}


@dataclass(frozen=True)
class Night:
    """A night's cost, and the seconds of its models' SQL: of all, and of the heavy ones."""

    cost: Measured
    models: float
    heavy: float


@dataclass(frozen=True)
class Nights:
    """A first night, a day more, nothing new, by name; and parts of the last."""

    nights: dict[str, Night]
    parts: Parts


def measured(folder: Path, millions: float) -> Nights:
    """The nights of a company of so many million spans."""
    scale = millions * 1_000_000 / SPANS_AT_SCALE_1
    nights = {}
    process = environment(folder) | NIGHT | {"DAGSTER_HOME": str(folder / ".dagster")}
    for name, until in (
        ("first, everything", LAST_DAY - timedelta(days=1)),
        ("a day more", LAST_DAY),
        ("nothing new", LAST_DAY),
    ):
        if name != "nothing new":
            write(folder, scale=scale, until=until)
            settle(folder)
        cost = measure([sys.executable, "-m", "orchestration.nightly"], process)
        # A night with nothing new makes no model.
        made = (0.0, 0.0) if name == "nothing new" else model_seconds(folder)
        nights[name] = Night(cost, *made)
    parts = subprocess.run(
        [sys.executable, "-m", "benchmarks.parts"],
        env=process,
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    return Nights(nights, Parts(**json.loads(parts.stdout)))


def model_seconds(folder: Path) -> tuple[float, float]:
    """How long the statements of the last night's models ran: of all, and of the heavy ones."""
    nodes = dbt.read_manifest(dbt.prepare_manifest(dbt.dbt_project()))["nodes"]
    run = max((folder / "runs").iterdir())
    lines = (line for log in run.glob("dbt_*/dbt.log") for line in log.open(encoding="utf-8"))
    events = (event for event in map(json.loads, lines) if event["info"]["name"] == STATEMENT)
    # A seed's statements, a test's and dbt's own have other names, or none.
    made = [
        (event["data"]["elapsed"], nodes[model])
        for event in events
        if (model := event["data"].get("node_info", {}).get("unique_id", "")).startswith("model.")
    ]
    heavy = sum(seconds for seconds, node in made if node["config"]["meta"].get("heavy"))
    return sum(seconds for seconds, _ in made), heavy


def shown(millions: float, measured: Nights) -> Table:
    """The nights as a table."""
    parts = measured.parts
    caption = (
        f"gates: {parts.gates:.1f} CPU s, their statements as plain SQL {parts.plain_sql:.1f}; "
        f"a publication: {parts.publication:.1f} s"
    )
    table = Table(
        title=f"Nights of a company of {millions:g} million spans, 2 GB for DuckDB", caption=caption
    )
    table.add_column("night")
    for name in ("seconds", "CPU seconds", "peak GB", "SQL of models, s", "of heavy ones, s"):
        table.add_column(name, justify="right")
    for name, night in measured.nights.items():
        numbers = (night.cost.seconds, night.cost.cpu, night.models, night.heavy)
        seconds, cpu, models, heavy = (f"{number:.1f}" for number in numbers)
        table.add_row(name, seconds, cpu, f"{night.cost.peak / 1e9:.2f}", models, heavy)
    return table


def misses(millions: float, measured: Nights) -> list[str]:
    """The bounds that do not hold, a sentence each."""
    full, more, nothing = measured.nights.values()
    parts = measured.parts
    said = []
    if parts.gates > GATES * parts.plain_sql:
        said.append(
            f"Missed: gates cost {parts.gates / parts.plain_sql:.1f} of their statements, at most"
            f" {GATES}"
        )
    if millions <= 5 and parts.publication > PUBLICATION:
        said.append(f"Missed: a publication takes {parts.publication:.1f} s, at most {PUBLICATION}")
    if nothing.cost.cpu > NOTHING_NEW:
        said.append(
            f"Missed: nothing new costs {nothing.cost.cpu:.0f} CPU s, at most {NOTHING_NEW}"
        )
    said += [
        f"Missed: {name} takes {night.cost.peak / 1e9:.2f} GB, at most {PEAK / 1e9:g}"
        for name, night in measured.nights.items()
        if night.cost.peak > PEAK
    ]
    shares = [
        ("models", more.models / full.models, OF_FULL.get(millions)),
        ("heavy models", more.heavy / full.heavy, HEAVY_OF_FULL.get(millions)),
    ]
    said += [
        f"Missed: the SQL of a day's {what} takes {share:.0%} of a full build's, at most {most:.0%}"
        for what, share, most in shares
        if most is not None and share > most
    ]
    return said


if __name__ == "__main__":
    sizes = [float(size) for size in sys.argv[1:]] or [1, 5, 20]
    sys.exit(hold(sizes, measured, shown, misses))
