"""A company whose nights follow each other in one process: ingestion and dbt, no gates.

What belongs here: landing files, running such a night, and what it left. What does not: whole
nights with gates and publication (tests/ops).
"""

import gc
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.results import NodeResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from orchestration import ingest
from orchestration.content_hash import content_hash
from orchestration.publish import SCHEMAS
from orchestration.settings import PROJECT, Settings, read_settings

# The project as dbt parsed it, and the file it wrote of that.
_PARSED: list[tuple[Manifest, bytes]] = []


class Company:
    """One data folder.

    target: where dbt keeps its artifacts. select: the models that its
    nights build, as dbt selects them; none means all.
    """

    def __init__(self, data: Path, target: Path, select: Sequence[str] = ()) -> None:
        self.data = data
        self.target = target
        self.select = select
        self.manifest: Manifest | None = None
        self.asked: str | None = None

    @property
    def settings(self) -> Settings:
        os.environ["OUTTURN_DATA"] = str(self.data)
        if self.asked:
            os.environ["OUTTURN_AS_OF"] = self.asked
        else:
            os.environ.pop("OUTTURN_AS_OF", None)
        return read_settings()

    @property
    def feeds(self) -> dict[str, ingest.Feed]:
        return ingest.load_feeds(self.target / "manifest.json")

    def dbt(self, *arguments: str) -> list[NodeResult]:
        """Run dbt over the warehouse and let the warehouse go; what became of each node."""
        _ = self.settings
        result = dbtRunner(manifest=self.manifest).invoke([
            *arguments, "--log-level", "none", "--log-level-file", "none",
            "--target-path", str(self.target), "--log-path", str(self.target),
            "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        ])  # fmt: skip
        DuckDBConnectionManager.close_all_connections()
        gc.collect()
        nodes = getattr(result.result, "results", None) or []
        failed = [
            f"{node.node.name}: {node.message}"
            for node in nodes
            if node.status not in ("success", "pass")
        ]
        assert result.success, failed or result.exception
        if arguments[0] == "parse":
            self.manifest = result.result
        return list(nodes)

    def parse(self) -> None:
        """Read the project, once a process."""
        if not _PARSED:
            self.dbt("parse")
            _PARSED.append((self.manifest, (self.target / "manifest.json").read_bytes()))
        self.manifest, content = _PARSED[0]
        self.target.mkdir(parents=True, exist_ok=True)
        (self.target / "manifest.json").write_bytes(content)

    def land(self, feed: str, name: str, text: str) -> Path:
        """Drop a file that nobody writes any more."""
        file = self.data / "landing" / feed / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        os.utime(file, (1, 1))
        return file

    def ingest(self) -> ingest.CommitReport:
        """Stage and commit what landed."""
        return ingest.commit(self.settings, self.feeds, ingest.stage(self.settings, self.feeds))

    def build(self, select: Sequence[str] = ()) -> None:
        """Make the models, as asked, without their tests."""
        asked = select or self.select
        chosen = ("--select", *asked) if asked else ()
        self.dbt("build", "--exclude-resource-type", "test", "unit_test", *chosen)

    def night(self, as_of: str | None = None) -> dict[str, str]:
        """Ingest, build, complete; the content hash of every mart."""
        self.asked = as_of
        self.ingest()
        self.build()
        ingest.complete(self.settings, self.feeds)
        return self.hashes()

    def heavy_night(self, *seen: str) -> dict[str, str]:
        """A night that makes no more than the heavy models and what the models seen need; the
        content hash of every heavy model."""
        self.ingest()
        self.build([f"+{model}" for model in (*self.heavy_models, *seen)])
        ingest.complete(self.settings, self.feeds)
        return self.heavy_hashes()

    def rebuilt(self, as_of: str | None = None, select: Sequence[str] = ()) -> dict[str, str]:
        """The hashes of a warehouse made from nothing over the same lake; the old one stays."""
        kept = self.data / "kept.duckdb"
        self.settings.warehouse.rename(kept)
        self.asked = as_of
        ingest.register(self.settings, self.feeds)
        self.build(select)
        hashes = self.heavy_hashes() if select else self.hashes()
        self.settings.warehouse.unlink()
        kept.rename(self.settings.warehouse)
        return hashes

    def hashes(self) -> dict[str, str]:
        """The content hash of every mart."""
        return self._hashes("table_schema in (select unnest(?))", SCHEMAS)

    def heavy_hashes(self) -> dict[str, str]:
        """The content hash of every model that nights keep by touched keys."""
        return self._hashes("table_name in (select unnest(?))", self.heavy_models)

    @property
    def heavy_models(self) -> list[str]:
        nodes = self.manifest.nodes.values()
        return [node.name for node in nodes if node.config.get("meta", {}).get("heavy")]

    def _hashes(self, condition: str, chosen: Sequence[str]) -> dict[str, str]:
        with closing(duckdb.connect(str(self.settings.warehouse), read_only=True)) as connection:
            tables = connection.execute(
                f"select table_schema, table_name from information_schema.tables where {condition}",
                [list(chosen)],
            ).fetchall()
            return {f"{s}.{t}": content_hash(connection, f'"{s}"."{t}"') for s, t in tables}

    def rows(self, query: str) -> list[tuple]:
        """What a query of the warehouse says."""
        with closing(duckdb.connect(str(self.settings.warehouse), read_only=True)) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """Tamper with the warehouse."""
        with closing(duckdb.connect(str(self.settings.warehouse))) as connection:
            connection.execute(statement)
