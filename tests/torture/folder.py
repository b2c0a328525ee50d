"""A company's data folder to break nights in, and the processes they run in.

What belongs here: landing files for two nights, bringing the folder back to where it was, the steps
of a night each in a process of its own, and what a night has to leave. What does not: how nights
are broken (the tests beside this module).

The lake knows its files by absolute path, so a folder is brought back to the very same place. Steps
are forked from a server that has imported what they need and done nothing: that takes no time, and
they inherit neither threads nor connections.
"""

import json
import multiprocessing
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random

import dagster as dg
import duckdb

from demo.company import write
from orchestration import dbt, gates, ingest
from orchestration.assets import night as dagster_night
from orchestration.assets.ingestion import ingestion_assets
from orchestration.assets.published import published_asset
from orchestration.content_hash import content_hash
from orchestration.ingest import lake
from orchestration.publish import PUBLICATIONS_KEPT, RUN_TABLES, SCHEMAS
from orchestration.recovery import recover
from orchestration.run import RUNS_KEPT, only_one
from orchestration.settings import PROJECT
from tests.conftest import Night, environment, settle
from tests.nights.company import Company
from tests.torture.reading import version
from tests.torture.test_readers import publish_number

FIRST_NIGHT, NEXT_NIGHT = date(2026, 6, 20), date(2026, 6, 22)
SCALE = 0.02
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# How much the watching reader reads, and how often: most of the time is the night's.
TABLES_READ, PAUSE_SECONDS = 5, 1

server = multiprocessing.get_context("forkserver")
server.set_forkserver_preload(["dbt.cli.main", __name__])


@dataclass(frozen=True)
class Folder:
    """A company's data folder. target: where dbt keeps its artifacts."""

    data: Path
    target: Path

    @property
    def company(self) -> Company:
        return Company(self.data, self.target)

    @property
    def marts(self) -> Path:
        return self.data / "published" / "marts.duckdb"

    def land(self, until: date) -> None:
        """Let everything be delivered whose name tells no later day."""
        written = self._kept("written")
        if not written.exists():
            write(written, seed=7, scale=SCALE, until=NEXT_NIGHT)
        for file in (path for path in (written / "landing").rglob("*") if path.is_file()):
            day = DAY.search(file.name)
            if day is None or date.fromisoformat(day[0]) <= until:
                landed = self.data / file.relative_to(written)
                landed.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, landed)
        settle(self.data)

    def keep(self, name: str) -> None:
        """Remember the folder as it is now."""
        shutil.copytree(self.data, self._kept(name), symlinks=True)

    def bring_back(self, name: str) -> None:
        """Let the folder be as it was when it was kept."""
        shutil.rmtree(self.data)
        shutil.copytree(self._kept(name), self.data, symlinks=True)

    def _kept(self, name: str) -> Path:
        return self.data.with_name(f"{name}.kept")

    def start(
        self,
        step: Callable[["Folder"], None],
        largest_file: int = resource.RLIM_INFINITY,
        **variables: str,
    ) -> BaseProcess:
        """Begin a step in a process of its own.

        largest_file: in bytes; what would be larger cannot be written.
        """
        process = server.Process(target=_work, args=(step, self, largest_file, variables))
        process.start()
        return process

    def run(self, *steps: Callable[["Folder"], None]) -> float:
        """Do steps to their ends, each in a process of its own; how many seconds they took."""
        began = time.monotonic()
        for step in steps:
            process = self.start(step)
            process.join()
            assert process.exitcode == 0, f"{step} ended with {process.exitcode}"
        return time.monotonic() - began

    def kill(self, step: Callable[["Folder"], None], after: float) -> bool:
        """Kill a step so many seconds after its beginning; False where it had ended by then."""
        process = self.start(step)
        process.join(after)
        process.kill()
        process.join()
        assert process.exitcode in (0, -9), f"{step} ended with {process.exitcode}"
        return process.exitcode != 0

    def inputs(self) -> dict[str, str]:
        """The content hash of all that models read, when it was loaded apart."""
        with closing(duckdb.connect(str(self.data / "warehouse.duckdb"), read_only=True)) as raw:
            tables = raw.execute(
                "select table_name, list(column_name) filter (column_name like '%loaded_at')"
                " from information_schema.columns where table_schema = 'raw'"
                " and table_name not in ('registered_snapshots', 'completed_snapshots')"
                " and table_name not like 'attempted%'"
                " group by table_name"
            ).fetchall()
            for table, columns in tables:
                left_out = f"exclude ({', '.join(columns)})" if columns else ""
                raw.execute(f'create temp view "{table}" as select * {left_out} from raw."{table}"')
            return {table: content_hash(raw, f'temp."{table}"') for table, _ in tables}

    def published(self) -> dict[str, object]:
        """The content hash of every published mart, and the decisions, run metadata apart."""
        with closing(duckdb.connect(str(self.marts), read_only=True)) as marts:
            tables = marts.execute(
                "select table_schema || '.' || table_name from information_schema.tables"
                " where table_schema in (select unnest(?))",
                [list(SCHEMAS)],
            ).fetchall()
            names = {name for (name,) in tables} - RUN_TABLES
            hashes = {name: content_hash(marts, name) for name in names}
            decisions = marts.execute(
                "select * exclude (run_id, decided_at) from governance.decision_log order by all"
            ).fetchall()
        return hashes | {"decisions": decisions}

    def version(self) -> int:
        """Which of the made versions is published."""
        with closing(duckdb.connect(str(self.marts), read_only=True)) as marts:
            return version(lambda sql: marts.execute(sql).fetchall())

    def leftovers(self) -> list[str]:
        """What lies in the folder that a night should not have left. Only runs/ keeps history."""
        unfinished = (".next", ".partial", ".part", ".tmp", ".wal")
        others = (path for path in self.data.iterdir() if path.name != "runs")
        found = [
            path
            for other in others
            for path in (other, *other.rglob("*"))
            if path.suffix in unfinished
        ]
        found += self.data.glob(".reproduce")
        found += sorted((self.data / "runs").iterdir())[:-RUNS_KEPT]
        published = self.data / "published"
        for kind in ("marts-*", "parquet-*", "manifest-*"):
            found += sorted(published.glob(kind))[:-PUBLICATIONS_KEPT]
        return [str(path.relative_to(self.data)) for path in (*found, *self._unnamed())]

    def _unnamed(self) -> Iterator[Path]:
        """Data files in the lake that no snapshot names."""
        with lake.open_catalog(self.company.settings) as catalog:
            for name in catalog.list_tables("raw"):
                table = catalog.load_table(name)
                data = lake.data_folder(table)
                if data.exists():
                    yield from set(data.iterdir()) - lake.named_files(table)


def different(expected: dict[str, object], found: dict[str, object]) -> list[str]:
    """The names of what is not as expected."""
    names = sorted(expected.keys() | found.keys())
    return [name for name in names if found.get(name) != expected.get(name)]


@dataclass(frozen=True)
class Nights:
    """Whole nights over a folder, as `make nightly` runs them. home: of Dagster's records."""

    folder: Folder
    home: Path

    def start(
        self, largest_file: int = resource.RLIM_INFINITY, **variables: str
    ) -> subprocess.Popen[str]:
        """Begin a night. largest_file: in bytes; what would be larger cannot be written."""
        sizes = (largest_file, resource.RLIM_INFINITY)
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration.nightly"],
            cwd=PROJECT,
            env=environment(self.folder.data) | {"DAGSTER_HOME": str(self.home)} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, sizes),
        )

    def run(self, largest_file: int = resource.RLIM_INFINITY, **variables: str) -> Night:
        """Let a night be."""
        night = self.start(largest_file, **variables)
        output, _ = night.communicate()
        return Night(night.returncode, output)

    def kill(self, after: float) -> bool:
        """Kill a night so many seconds after its beginning; False where it had ended by then."""
        night = self.start()
        try:
            night.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            night.kill()
            night.communicate()
        return night.returncode != 0


def _work(
    step: Callable[[Folder], None], folder: Folder, largest_file: int, variables: dict[str, str]
) -> None:
    """What a process of its own does: its limits and environment, then the step."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    changed = environment(folder.data) | variables
    os.environ.clear()
    os.environ.update(changed)
    step(folder)


def ingesting(folder: Folder) -> None:
    """The first two steps of a night: stage, commit and register."""
    manifest = dbt.read_manifest(folder.target / "manifest.json")
    tables = [s["name"] for s in manifest["sources"].values() if s["source_name"] == "raw"]
    assets = ingestion_assets(folder.company.feeds, tables)
    _materialize(assets)


def building(folder: Folder) -> None:
    """All models, without their tests."""
    with only_one(folder.company.settings):
        recover(folder.company.settings)
        folder.company.build()


@dg.asset
def judged(night: dg.ResourceParam[dagster_night.Night]) -> None:
    """Stands in for the gates: they found nothing."""
    gates.write_findings([], night.run.findings("marts"))


def publishing(folder: Folder) -> None:
    """The last step of a night: complete, remember, decide, publish, alert."""
    assets = [judged, published_asset([judged.key])]
    _materialize(assets)


def _materialize(assets: list[dg.AssetsDefinition]) -> None:
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    dg.materialize(assets, resources={"night": dagster_night.night}, run_config=quiet)


def publishing_version(number: int, folder: Folder) -> None:
    """Make and publish a version, over whatever warehouse the one before it left."""
    recover(folder.company.settings)
    publish_number(folder.company.settings, number)


NIGHT = (ingesting, building, publishing)


def retracting(folder: Folder) -> None:
    """Take a day of traces out of the lake."""
    company = folder.company
    file = f"otlp_traces/otlp_traces_{FIRST_NIGHT}.json"
    ingest.withdraw(company.settings, company.feeds, file, "retracted")


def new_folder(folder: Path) -> Folder:
    """An empty company."""
    folder = Folder(folder / "data", folder / "target")
    manifest = dbt.prepare_manifest(dbt.dbt_project())
    folder.target.mkdir(parents=True)
    for name in ("manifest.json", "partial_parse.msgpack"):
        shutil.copy(manifest.with_name(name), folder.target)
    return folder


@contextmanager
def watched(folder: Folder) -> Iterator[None]:
    """Read what is published all the time; it has to be one whole version, whoever dies."""
    stop, seen = server.Event(), server.Queue()
    reader = server.Process(target=_read, args=(folder.marts, stop, seen))
    reader.start()
    try:
        yield
    finally:
        stop.set()
        reads, wrong = seen.get()
        reader.join()
    assert not wrong, f"after {reads} reads: {wrong}"
    assert reads


def _read(marts: Path, stop: Event, seen: "Queue[tuple[int, str | None]]") -> None:
    reads, wrong, draw = 0, None, Random(0)
    while not wrong and not (reads and stop.wait(PAUSE_SECONDS)):
        try:
            wrong = _unlike_its_manifest(marts, draw)
        except duckdb.Error as error:
            wrong = str(error)
        reads += 1
    seen.put((reads, wrong))


def _unlike_its_manifest(marts: Path, draw: Random) -> str | None:
    """Open what is published and compare some tables with what the manifest in it says."""
    with closing(duckdb.connect(str(marts), read_only=True)) as connection:
        [(run_id, told)] = connection.execute(
            "select run_id, marts from governance.run_manifest"
        ).fetchall()
        told = json.loads(told)
        for name in draw.sample(sorted(told), TABLES_READ):
            if content_hash(connection, name) != told[name]["content_hash"]:
                return f"{name} is not that of run {run_id}"
    return None
