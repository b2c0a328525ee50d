"""dlt into DuckDB: rows made in Python and normalized by dlt, or as Arrow tables."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt

from benchmarks.peers.spans import FIELDS, KIND, NUMBERS, OF_RESOURCE, TEXTS, TIMES, TRUTHS
from benchmarks.peers.with_pandas import requests, values


def rows(landing: Path) -> Iterator[dict[str, Any]]:
    """A row each span, typed by Python."""
    for request in requests(landing):
        for resource in request["resourceSpans"]:
            about = values(resource["resource"]["attributes"])
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    yield row(span, about)


def row(span: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    told = values(span["attributes"])
    return (
        {column: span.get(field) for column, field in FIELDS.items()}
        | {KIND: span[KIND], "status_code": str(span["status"].get("code", 0))}
        | {column: int(span[field]) // 1000 for column, field in TIMES.items()}
        | {column: told.get(name) for column, name in TEXTS.items()}
        | {column: int(told[name]) for column, name in NUMBERS.items() if name in told}
        | {column: told.get(name) for column, name in TRUTHS.items()}
        | {column: about.get(name) for column, name in OF_RESOURCE.items()}
    )


def main(landing: Path, target: Path, way: str) -> None:
    if way == "arrow":
        from benchmarks.peers.with_polars import table

        source: Any = [table(landing).to_arrow()]
    else:
        source = rows(landing)
    pipeline = dlt.pipeline(
        pipeline_name="spans",
        pipelines_dir=str(target / "work"),
        destination=dlt.destinations.duckdb(str(target / "spans.duckdb")),
        dataset_name="loaded",
    )
    pipeline.run(source, table_name="spans", write_disposition="replace").raise_on_failed_jobs()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
