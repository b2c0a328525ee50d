"""A local Spark cluster, and the small company's night on it.

What belongs here: the cluster, and the one company whose nights all tests here look at. What does
not: comparisons.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from orchestration import dbt, ingest
from tests.conftest import run_night, set_environment, settle
from tests.nights.company import Company

if TYPE_CHECKING:
    from tests.spark.cluster import Cluster

pytest.importorskip("pyspark", reason="needs the extra `spark`: make test-spark installs it")

# What lands a night late.
LATE = (
    "otlp_traces/otlp_traces_2026-06-20.json",
    "focus/cirrus-cloud/cirrus-cloud_2026-06-20.csv",
    "predictions/predictions_2026-06-20.csv",
)
# What first lands as of a day of which nothing else ever tells, and is then corrected.
ELSEWHERE = date(2026, 7, 10)
CORRECTED = {
    "otlp_traces/otlp_traces_2026-06-28.json": {'"17826': '"17836'},
    "focus/cirrus-cloud/cirrus-cloud_2026-06-28.csv": {
        "2026-06-28 ": "2026-07-10 ",
        "2026-06-29 ": "2026-07-11 ",
    },
    "predictions/predictions_2026-06-28.csv": {"2026-06-28T": "2026-07-10T"},
}
# Made when about half of what stands behind the heavy models is.
HALFWAY = "intermediate/int_oversight_by_agent_day"


@dataclass(frozen=True)
class Nights:
    """What the company's two nights on the cluster left.

    first, second: the files of each heavy model after them, below the model's folder. late: the
    tables that were not made yet when a worker died in the second.
    """

    company: Company
    first: dict[str, set[str]]
    second: dict[str, set[str]]
    late: set[str]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Cluster"]:
    """A Master, two Workers and a Thrift server, of which nothing is left at the end."""
    from tests.spark.cluster import left_of, running

    folder = tmp_path_factory.mktemp("cluster")
    with running(folder) as cluster:
        yield cluster
    assert left_of(folder) == []


@pytest.fixture(scope="session")
def nights(
    cluster: "Cluster", small_company: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nights]:
    """Two nights of the small company: the first makes the heavy models only, of files of which
    some are missing and some wrong; the second is a whole one, of all files; a worker dies in it.
    """
    folder = tmp_path_factory.mktemp("company")
    company = Company(folder / "data", folder / "target")
    with pytest.MonkeyPatch.context() as patch:
        set_environment(patch, company.data)
        for name, value in cluster.variables.items():
            patch.setenv(name, value)
        land_too_little(small_company / "landing", company.data)
        make_heavy_models(company)
        first = files_of(company, cluster)
        shutil.copytree(small_company / "landing", company.data / "landing", dirs_exist_ok=True)
        settle(company.data)
        with worker_dying(cluster) as there:
            night = run_night(company.data, **cluster.variables)
        assert night.code == 0, night.output
        late = tables_of(cluster) - there
        yield Nights(company, first, files_of(company, cluster), late)


def land_too_little(landing: Path, data: Path) -> None:
    """Land the files of a landing folder, some of them not yet and some of them wrong."""
    shutil.copytree(landing, data / "landing")
    for name in LATE:
        (data / "landing" / name).unlink()
    for name, changes in CORRECTED.items():
        text = (landing / name).read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (data / "landing" / name).write_text(text, encoding="utf-8")
    settle(data)


def make_heavy_models(company: Company) -> None:
    """A night that makes no more than the heavy models and what they read."""
    company.parse()
    company.ingest()
    company.build([f"+{model}" for model in company.heavy_models])
    ingest.complete(company.settings, company.feeds)
    manifest = dbt.read_manifest(company.target / "manifest.json")
    dbt.remember_fingerprint(company.settings, dbt.fingerprint(company.settings, manifest))


@contextmanager
def worker_dying(cluster: "Cluster") -> Iterator[set[str]]:
    """Kill a worker as soon as the table HALFWAY is being made; the tables that are there then."""
    there: set[str] = set()
    over = Event()

    def watch() -> None:
        while not over.wait(0.1):
            if (cluster.warehouse / HALFWAY).exists():
                cluster.kill_worker()
                there.update(tables_of(cluster))
                return

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield there
    finally:
        over.set()
        watcher.join()


def tables_of(cluster: "Cluster") -> set[str]:
    """The tables that the cluster has begun to make, by schema and name."""
    return {f"{path.parent.name}.{path.name}" for path in cluster.warehouse.glob("*/*")}


def files_of(company: Company, cluster: "Cluster") -> dict[str, set[str]]:
    """The files of each heavy model, below its folder, which begin with their partition."""
    folders = {model: cluster.warehouse / "intermediate" / model for model in company.heavy_models}
    return {
        model: {str(file.relative_to(folder)) for file in folder.rglob("*.parquet")}
        for model, folder in folders.items()
    }
