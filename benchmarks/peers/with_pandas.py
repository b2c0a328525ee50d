"""pandas: json.loads, json_normalize down to the spans, and a dictionary of attributes each."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.peers.spans import FIELDS, KIND, NUMBERS, OF_RESOURCE, TEXTS, TIMES, TRUTHS


def requests(landing: Path) -> Iterator[dict[str, Any]]:
    """Every export request in a folder."""
    for file in sorted(landing.glob("*.json")):
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def values(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    """The one value of each attribute."""
    return {told["key"]: next(iter(told["value"].values())) for told in attributes}


def table(landing: Path) -> pd.DataFrame:
    """The typed table."""
    spans = pd.json_normalize(
        [resource for request in requests(landing) for resource in request["resourceSpans"]],
        ["scopeSpans", "spans"],
        ["resource"],
    )
    told = pd.DataFrame.from_records(spans["attributes"].map(values).tolist(), index=spans.index)
    about = pd.DataFrame.from_records(
        [values(resource["attributes"]) for resource in spans["resource"]], index=spans.index
    )
    made = {column: spans[field] for column, field in FIELDS.items()}
    made[KIND] = spans[KIND]
    made |= {
        column: pd.to_datetime(spans[field].astype("int64") // 1000, unit="us")
        for column, field in TIMES.items()
    }
    made["status_code"] = spans["status.code"].fillna(0).astype("int64").astype(str)
    made |= {column: told[name] for column, name in TEXTS.items()}
    made |= {column: pd.to_numeric(told[name]).astype("Int64") for column, name in NUMBERS.items()}
    made |= {column: told[name].astype("boolean") for column, name in TRUTHS.items()}
    made |= {column: about[name] for column, name in OF_RESOURCE.items()}
    return pd.DataFrame(made)


if __name__ == "__main__":
    table(Path(sys.argv[1])).to_parquet(Path(sys.argv[2]) / "spans.parquet", compression="zstd")
