"""A landing folder, a lake and a warehouse of their own for each ingestion test."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration import ingest
from orchestration.settings import Settings

PROJECT = Path(__file__).parents[2]
LONG_AGO = 1_700_000_000
KEY = "a key for tests"


def manifest_of(files: Iterable[Path]) -> dict[str, Any]:
    """What dbt's manifest would say of these source files, as far as ingestion reads it."""
    sources = {}
    for file in files:
        for source in yaml.safe_load(file.read_text())["sources"]:
            for table in source["tables"]:
                columns = {column["name"]: column for column in table.get("columns") or []}
                sources[table["name"]] = table | {"source_name": source["name"], "columns": columns}
    return {"sources": sources}


@pytest.fixture(scope="session")
def feeds() -> dict[str, ingest.Feed]:
    return ingest.load_feeds(manifest_of(PROJECT.glob("models/staging/*/*__sources.yml")))


@dataclass
class House:
    """A company's data folder, with the feeds a test uses."""

    settings: Settings
    feeds: dict[str, ingest.Feed]
    at: datetime = datetime(2026, 3, 10, 2, tzinfo=UTC)
    staging: ingest.Staging | None = field(default=None)

    def land(self, name: str, content: str | bytes) -> Path:
        """Put a file, finished long ago, into the landing folder."""
        path = self.settings.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (LONG_AGO, LONG_AGO))
        return path

    def stage(self) -> ingest.Staging:
        self.staging = ingest.stage(self.settings, self.feeds, lambda: self.at)
        return self.staging

    def night(self) -> ingest.Staging:
        """Stage and commit what is new."""
        staging = self.stage()
        ingest.commit(self.settings, self.feeds, staging, lambda: self.at)
        return staging

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def only_refusal(self) -> ingest.Refusal:
        assert self.staging is not None
        [refusal] = self.staging.refusals
        return refusal


@pytest.fixture
def make_house(tmp_path: Path, feeds: dict[str, ingest.Feed]):
    def make(*names: str, **others: ingest.Feed) -> House:
        settings = Settings(
            data=tmp_path / "data",
            as_of=None,
            person_key=KEY,
            memory_limit="1GB",
            threads=2,
        )
        return House(settings, {name: feeds[name] for name in names} | others)

    return make


def attribute(key: str, **value: Any) -> dict[str, Any]:
    """An OTLP attribute: attribute("team.id", stringValue="t1")."""
    return {"key": key, "value": value}


def span(**fields: Any) -> dict[str, Any]:
    """A span that lasts a second, with other fields as given; None leaves a field out."""
    whole = {
        "traceId": "5B8EFFF798038103D269B633813FC60C",
        "spanId": "EEE19B7EC3C1B174",
        "name": "chat",
        "startTimeUnixNano": "1767225600000000000",
        "endTimeUnixNano": "1767225601000000000",
    } | fields
    return {key: value for key, value in whole.items() if value is not None}


def request(*spans: dict[str, Any], resource: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """An OTLP traces request of one resource and scope."""
    return {
        "resourceSpans": [
            {"resource": {"attributes": list(resource)}, "scopeSpans": [{"spans": list(spans)}]}
        ]
    }


def lines(*requests: Any) -> str:
    """One request a line."""
    return "".join(json.dumps(one) + "\n" for one in requests)
