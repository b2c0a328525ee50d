"""Ingestion of OTLP spans against the bare SQL for it and against other engines.

What belongs here: the same files for all, whole processes in turn, and what each made of them. What
does not: how an engine does it (peers/).

Run as a program: python -m benchmarks.ingest MILLIONS..., with the engines' environment made by
`make .venv-peers/.ready`. It fails where an engine made another table, or where Outturn costs more
than it may. An engine that does not get to the end, for want of memory or of time (LONGEST), is
shown as such; one that takes longer than SLOW is run once.
"""

import gzip
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copy, rmtree

import duckdb
from rich.table import Table

from benchmarks.bounds import hold
from benchmarks.processes import Measured, ProcessFailed, measure, middle
from demo.company import write
from orchestration.settings import PROJECT
from tests.conftest import environment, settle

PEERS = str(PROJECT / ".venv-peers" / "bin" / "python")
RUNS = 3
# Seconds after which an engine is not run again, and those after which it is stopped.
SLOW, LONGEST = 600, 1800
# So many spans has the demo company at scale 1.
SPANS_AT_SCALE_1 = 301_600
OUTTURN, BARE = "Outturn", "DuckDB, bare SQL"
ENGINES = {
    BARE: ["benchmarks.peers.with_duckdb"],
    "chDB": ["benchmarks.peers.with_chdb"],
    "Polars": ["benchmarks.peers.with_polars"],
    "PySpark": ["benchmarks.peers.with_pyspark"],
    "pandas": ["benchmarks.peers.with_pandas"],
    "dlt, rows": ["benchmarks.peers.with_dlt", "rows"],
    "dlt, Arrow from Polars": ["benchmarks.peers.with_dlt", "arrow"],
}
# Outturn's CPU against the bare SQL's, at most; each engine's CPU against Outturn's, at least.
AT_MOST = 1.25
AT_LEAST = {"chDB": 1, "Polars": 3, "PySpark": 5, "pandas": 10, "dlt, rows": 10}
# What every table must say the same of.
TOLD = """
    count(*), count(DISTINCT trace_id), count(parent_span_id), sum(kind), sum(input_tokens),
    sum(output_tokens), sum(cached_input_tokens), count(agent_id), count(operation_name),
    count(service_name), count(work_item_id), count(*) FILTER (is_handoff)
"""


def landed(folder: Path, millions: float) -> Path:
    """The demo company's OTLP files of about so many million spans, none compressed."""
    write(folder / "demo", scale=millions * 1_000_000 / SPANS_AT_SCALE_1)
    landing = folder / "landing"
    landing.mkdir()
    for file in (folder / "demo" / "landing" / "otlp_traces").iterdir():
        if file.suffix == ".gz":
            (landing / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
        else:
            copy(file, landing)
    rmtree(folder / "demo")
    return landing


def measured(folder: Path, millions: float) -> dict[str, Measured | None]:
    """What each engine costs, in turns, so that no engine has the machine's better hour; None where
    it did not get to the end."""
    landing = landed(folder, millions)
    ways: dict[str, Callable[[Path], Measured]] = {
        OUTTURN: lambda target: outturn(landing, target)
    } | {name: lambda target, name=name: engine(name, landing, target) for name in ENGINES}
    runs: dict[str, list[Measured]] = {name: [] for name in ways}
    tables: dict[str, tuple] = {}
    for turn in range(RUNS):
        for name, way in list(ways.items()):
            print(f"{name}, run {turn + 1} of {RUNS}", file=sys.stderr)
            target = folder / "target"
            target.mkdir()
            try:
                runs[name].append(way(target))
                tables[name] = told(target)
                if runs[name][-1].seconds > SLOW:
                    del ways[name]
            except ProcessFailed as failure:
                if name in (OUTTURN, BARE):
                    raise
                print(f"{name}: {failure}", file=sys.stderr)
                runs[name].clear()
                del ways[name]
            rmtree(target)
    different = {name: told for name, told in tables.items() if told != tables[OUTTURN]}
    if different:
        raise AssertionError(f"{OUTTURN} made {tables[OUTTURN]}, but {different}")
    return {name: middle(of) if of else None for name, of in runs.items()}


def outturn(landing: Path, target: Path) -> Measured:
    """Ingestion of the feed into a lake of its own."""
    feed = target / "landing" / "otlp_traces"
    feed.mkdir(parents=True)
    for file in landing.iterdir():
        (feed / file.name).hardlink_to(file)
    settle(target)
    command = [sys.executable, "-m", "benchmarks.ingested", "otlp_traces"]
    return measure(command, environment(target))


def engine(name: str, landing: Path, target: Path) -> Measured:
    """An engine's program; where memory runs out, it is the one to go."""
    module, *way = ENGINES[name]
    limits = ["timeout", "--kill-after=10", str(LONGEST), "choom", "-n", "1000", "--"]
    command = [*limits, PEERS, "-m", module, str(landing), str(target), *way]
    return measure(command, environment(target))


def told(target: Path) -> tuple:
    """What is told of the table that was made there."""
    for database, table in (("warehouse", "raw.otlp_traces"), ("spans", "loaded.spans")):
        if (file := target / f"{database}.duckdb").exists():
            with duckdb.connect(str(file), read_only=True) as connection:
                return connection.execute(f"SELECT {TOLD} FROM {table}").fetchone()
    made = target / "spans.parquet"
    files = f"'{made / '*.parquet' if made.is_dir() else made}'"
    return duckdb.execute(f"SELECT {TOLD} FROM read_parquet({files})").fetchone()


def shown(millions: float, costs: dict[str, Measured | None]) -> Table:
    """The costs as a table, and each in relation to Outturn's."""
    table = Table(title=f"OTLP ingest, {millions:g} million spans, median of {RUNS}")
    table.add_column("engine")
    for name in ("seconds", "CPU seconds", "CPU : Outturn's", "peak GB"):
        table.add_column(name, justify="right")
    for name, cost in costs.items():
        if cost is None:
            table.add_row(name, "did not finish")
            continue
        ratio = cost.cpu / costs[OUTTURN].cpu
        table.add_row(
            name, f"{cost.seconds:.1f}", f"{cost.cpu:.1f}", f"{ratio:.2f}", f"{cost.peak / 1e9:.2f}"
        )
    return table


def misses(_: float, costs: dict[str, Measured | None]) -> list[str]:
    """The bounds that do not hold, a sentence each."""
    costs = {name: cost for name, cost in costs.items() if cost}
    own = costs[OUTTURN].cpu
    said = []
    if own > AT_MOST * costs[BARE].cpu:
        said.append(f"Missed: {own / costs[BARE].cpu:.2f} of the bare SQL's CPU, at most {AT_MOST}")
    said += [
        f"Missed: {name} costs {costs[name].cpu / own:.1f} of Outturn's CPU, at least {least}"
        for name, least in AT_LEAST.items()
        if name in costs and costs[name].cpu < least * own
    ]
    return said


if __name__ == "__main__":
    sizes = [float(size) for size in sys.argv[1:]] or [1, 5]
    sys.exit(hold(sizes, measured, shown, misses))
