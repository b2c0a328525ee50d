"""PySpark on one machine: a schema, explode, and a map of each span's attributes."""

import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    LongType,
    StringType,
    StructField,
    StructType,
)

from benchmarks.peers.spans import FIELDS, KIND, NUMBERS, OF_RESOURCE, TEXTS, TIMES, TRUTHS


def structure(**fields: StringType | StructType | ArrayType | LongType | BooleanType) -> StructType:
    return StructType([StructField(name, kind) for name, kind in fields.items()])


VALUE = structure(stringValue=StringType(), intValue=StringType(), boolValue=BooleanType())
ATTRIBUTES = ArrayType(structure(key=StringType(), value=VALUE))
SPAN = structure(
    **{field: StringType() for field in (*FIELDS.values(), *TIMES.values())},
    **{KIND: LongType()},
    status=structure(code=LongType()),
    attributes=ATTRIBUTES,
)
SCHEMA = structure(
    resourceSpans=ArrayType(
        structure(
            resource=structure(attributes=ATTRIBUTES),
            scopeSpans=ArrayType(structure(spans=ArrayType(SPAN))),
        )
    )
)


def main(landing: Path, target: Path) -> None:
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "8g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.compression.codec", "zstd")
        .getOrCreate()
    )
    spans = (
        spark.read.schema(SCHEMA)
        .json(f"{landing}/*.json")
        .select(F.explode("resourceSpans").alias("sent"))
        .select("sent.resource.attributes", F.explode("sent.scopeSpans").alias("scope"))
        .select(
            F.map_from_entries("attributes").alias("about"), F.explode("scope.spans").alias("span")
        )
        .select("about", "span", F.map_from_entries("span.attributes").alias("told"))
    )
    spans.select(
        *(F.col(f"span.{field}").alias(column) for column, field in FIELDS.items()),
        F.col(f"span.{KIND}"),
        *(
            F.timestamp_micros((F.col(f"span.{field}").cast("bigint") / 1000).cast("bigint")).alias(
                column
            )
            for column, field in TIMES.items()
        ),
        F.coalesce("span.status.code", F.lit(0)).cast("string").alias("status_code"),
        *(F.col("told")[name]["stringValue"].alias(column) for column, name in TEXTS.items()),
        *(
            F.col("told")[name]["intValue"].cast("bigint").alias(column)
            for column, name in NUMBERS.items()
        ),
        *(F.col("told")[name]["boolValue"].alias(column) for column, name in TRUTHS.items()),
        *(F.col("about")[name]["stringValue"].alias(c) for c, name in OF_RESOURCE.items()),
    ).write.parquet(f"{target}/spans.parquet")
    # What its Java machine costs is counted with this process only once this has waited for it.
    gateway = spark.sparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
