"""What a span costs the models that grow with spans, on DuckDB and on an Apache Spark cluster.

What belongs here: the heavy models alone, made anew from the same lake on both engines of this
machine, at several sizes. What does not: whole nights (nights.py), or whether the marts are right
(tests/spark).

Run as a program, in the environment of the extra `spark`: python -m benchmarks.cluster MILLIONS...,
of spans in the company.
"""

import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.ingest import SPANS_AT_SCALE_1
from benchmarks.processes import measure
from demo.company import write
from orchestration import ingest
from orchestration.settings import Spark
from tests.conftest import environment, settle
from tests.nights.company import Company
from tests.spark.cluster import HOST, running

DBT = (
    *(sys.executable, "-m", "orchestration.dbt_process", "build", "--full-refresh"),
    *("--exclude-resource-type", "test", "unit_test", "--select"),
)
ENGINES = ("DuckDB", "Spark")


def measured(folder: Path, millions: float) -> tuple[float, float]:
    """CPU seconds of the heavy models of a company of so many million spans, by engine."""
    company = Company(folder / "data", folder / "target")
    write(company.data, scale=millions * 1_000_000 / SPANS_AT_SCALE_1)
    settle(company.data)
    company.parse()
    company.ingest()
    process = environment(company.data) | {"DBT_TARGET_PATH": str(company.target)}
    prepare(company.heavy_models, process)
    on_duckdb = made(company.heavy_models, process)
    place = folder / "cluster"
    place.mkdir()
    with running(place, options={}) as cluster:
        spark = Spark(HOST, cluster.port, cluster.warehouse)
        ingest.register(replace(company.settings, spark=spark), company.feeds)
        process |= cluster.variables
        prepare(company.heavy_models, process)
        before = cluster.cpu_seconds()
        on_spark = made(company.heavy_models, process) + cluster.cpu_seconds() - before
    return on_duckdb, on_spark


def prepare(models: Sequence[str], process: Mapping[str, str]) -> None:
    """Make what these models read, and them a first time."""
    measure([*DBT, *(f"+{model}" for model in models)], process)


def made(models: Sequence[str], process: Mapping[str, str]) -> float:
    """CPU seconds of dbt as it makes these models anew, and of DuckDB in it."""
    return measure([*DBT, *models], process).cpu


def main(sizes: Iterable[float]) -> None:
    """Measure each size; show them, and what a million spans more cost."""
    costs: list[tuple[float, tuple[float, float]]] = []
    for millions in sizes:
        with tempfile.TemporaryDirectory() as folder:
            costs.append((millions, measured(Path(folder), millions)))
    table = Table(title="Heavy models made anew: CPU seconds; the cluster: two workers of one core")
    table.add_column("million spans")
    for engine in ENGINES:
        table.add_column(engine, justify="right")
    for millions, seconds in costs:
        table.add_row(f"{millions:g}", *(f"{s:.1f}" for s in seconds))
    (least, low), (most, high) = costs[0], costs[-1]
    more = [(end - begin) / (most - least) for begin, end in zip(low, high, strict=True)]
    table.add_row("a million more", *(f"{s:.1f}" for s in more))
    Console().print(table)


if __name__ == "__main__":
    main([float(millions) for millions in sys.argv[1:]] or [0.3, 1])
