"""Readers of what the demo company wrote, by other means than it was written with."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

SCALE = 0.05


@dataclass(frozen=True)
class Company:
    """The folder of a written company, its truths, and a reader of its CSV feeds."""

    data: Path
    truth: dict

    def rows(self, feed: str, select: str) -> list[tuple]:
        """Rows of `select`, which reads the feed's CSV files as the table `feed`, all text."""
        files = f"{self.data}/landing/{feed}/**/*.csv"
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(
                f"create view feed as select * from read_csv('{files}', all_varchar = true, "
                "union_by_name = true, filename = true)"
            )
            return connection.execute(select).fetchall()


def content(path: Path) -> str:
    packed = path.read_bytes()
    return (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()


def langfuse(data: Path) -> Iterator[dict]:
    for path in sorted((data / "landing" / "langfuse").iterdir()):
        for line in content(path).splitlines():
            yield json.loads(line)


def requests(data: Path) -> Iterator[dict]:
    for path in sorted((data / "landing" / "otlp_traces").iterdir()):
        for line in content(path).splitlines():
            yield json.loads(line)


def spans(data: Path) -> Iterator[dict]:
    for request in requests(data):
        for resource in request["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                yield from scope["spans"]
