"""A local Spark session that holds the small company's raw feeds.

What belongs here: how Spark is started and given the lake's rows. What does not: comparisons.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pyspark = pytest.importorskip(
    "pyspark", reason="needs the extra `spark`: make test-spark installs it"
)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    """Spark on two local cores, its tables in a folder of their own, its catalog in memory."""
    session = (
        pyspark.sql.SparkSession.builder.master("local[2]")
        .appName("outturn")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.sources.default", "parquet")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        # A timestamp in the lake is an instant in UTC.
        .config("spark.sql.parquet.inferTimestampNTZ.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def inputs_on_spark(
    spark: "SparkSession",
    small_company: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What the small company's models read, as Spark tables: its raw feeds and its seeds.

    dbt-spark's session method turns a seed's blank cell into the text None, so that seeds are
    brought as tables too.
    """
    exported = tmp_path_factory.mktemp("inputs")
    with closing(duckdb.connect(str(small_company / "warehouse.duckdb"), read_only=True)) as con:
        tables = con.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('raw', 'seeds')"
        ).fetchall()
        for schema, table in tables:
            file = exported / f"{schema}.{table}.parquet"
            con.execute(f"copy (select * from {schema}.{table}) to '{file}'")
            spark.sql(f"create database if not exists {schema}")
            spark.read.parquet(str(file)).write.saveAsTable(f"{schema}.{table}")
