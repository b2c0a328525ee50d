"""Nights on an Apache Spark cluster of this machine, of companies of several sizes.

What belongs here: what a night costs there, and what a span more does. What does not: nights on
DuckDB (nights.py), or whether the marts are right (tests/spark).

Run as a program, in the environment of the extra `spark`: python -m benchmarks.cluster MILLIONS...,
of spans in the company.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.ingest import SPANS_AT_SCALE_1
from benchmarks.nights import Night, model_seconds
from benchmarks.processes import measure
from demo.company import write
from tests.conftest import environment, settle
from tests.spark.cluster import running


def measured(folder: Path, millions: float) -> tuple[Night, float]:
    """The first night of a company of so many million spans, and the cluster's CPU seconds."""
    write(folder, scale=millions * 1_000_000 / SPANS_AT_SCALE_1)
    settle(folder)
    place = folder / "cluster"
    place.mkdir()
    with running(place, options={}) as cluster:
        process = environment(folder) | {
            "DAGSTER_HOME": str(folder / ".dagster"),
            "OUTTURN_TARGET": "spark",
            "OUTTURN_SPARK_PORT": str(cluster.port),
            "OUTTURN_SPARK_WAREHOUSE": str(cluster.warehouse),
        }
        before = cluster.cpu_seconds()
        cost = measure([sys.executable, "-m", "orchestration.nightly"], process)
        return Night(cost, *model_seconds(folder)), cluster.cpu_seconds() - before


def main(sizes: Iterable[float]) -> None:
    """Measure and show each size."""
    table = Table(title="First nights on a Spark cluster: two workers of one core")
    table.add_column("million spans")
    for name in ("seconds", "CPU s of the night", "CPU s of the cluster", "models, s", "heavy, s"):
        table.add_column(name, justify="right")
    for millions in sizes:
        with tempfile.TemporaryDirectory() as folder:
            night, cluster = measured(Path(folder), millions)
        numbers = (night.cost.seconds, night.cost.cpu, cluster, night.models, night.heavy)
        table.add_row(f"{millions:g}", *(f"{number:.1f}" for number in numbers))
    Console().print(table)


if __name__ == "__main__":
    main([float(millions) for millions in sys.argv[1:]] or [0.3, 1])
