"""Polars: read_ndjson with a schema, explode, and a list filter for each attribute."""

import sys
from pathlib import Path

import polars as pl

from benchmarks.peers.spans import FIELDS, KIND, NUMBERS, OF_RESOURCE, TEXTS, TIMES, TRUTHS

VALUE = pl.Struct({"stringValue": pl.String, "intValue": pl.String, "boolValue": pl.Boolean})
ATTRIBUTES = pl.List(pl.Struct({"key": pl.String, "value": VALUE}))
SPAN = pl.Struct(
    {field: pl.String for field in (*FIELDS.values(), *TIMES.values())}
    | {KIND: pl.Int64, "status": pl.Struct({"code": pl.Int64}), "attributes": ATTRIBUTES}
)
SCHEMA = {
    "resourceSpans": pl.List(
        pl.Struct(
            {
                "resource": pl.Struct({"attributes": ATTRIBUTES}),
                "scopeSpans": pl.List(pl.Struct({"spans": pl.List(SPAN)})),
            }
        )
    )
}


def picked(owner: str, name: str, member: str) -> pl.Expr:
    element = pl.element()
    values = element.filter(element.struct.field("key") == name).struct.field("value")
    return pl.col(owner).list.eval(values.struct.field(member)).list.first()


def table(landing: Path) -> pl.DataFrame:
    """The typed table."""
    return (
        pl.scan_ndjson(sorted(landing.glob("*.json")), schema=SCHEMA)
        .explode("resourceSpans")
        .select(
            pl.col("resourceSpans")
            .struct.field("resource")
            .struct.field("attributes")
            .alias("about"),
            pl.col("resourceSpans").struct.field("scopeSpans").alias("scope"),
        )
        .explode("scope")
        .select("about", pl.col("scope").struct.field("spans").alias("span"))
        .explode("span")
        .unnest("span")
        .select(
            *(pl.col(field).alias(column) for column, field in FIELDS.items()),
            pl.col(KIND),
            *(
                (pl.col(field).cast(pl.Int64) // 1000).cast(pl.Datetime("us")).alias(column)
                for column, field in TIMES.items()
            ),
            pl.col("status").struct.field("code").fill_null(0).cast(pl.String).alias("status_code"),
            *(picked("attributes", n, "stringValue").alias(c) for c, n in TEXTS.items()),
            *(
                picked("attributes", n, "intValue").cast(pl.Int64).alias(c)
                for c, n in NUMBERS.items()
            ),
            *(picked("attributes", n, "boolValue").alias(c) for c, n in TRUTHS.items()),
            *(picked("about", n, "stringValue").alias(c) for c, n in OF_RESOURCE.items()),
        )
        .collect()
    )


if __name__ == "__main__":
    table(Path(sys.argv[1])).write_parquet(Path(sys.argv[2]) / "spans.parquet")
