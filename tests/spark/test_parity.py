"""The same models on Apache Spark give the same marts as on DuckDB.

Counts, keys, dates, money and decimals agree exactly; doubles to 1e-9 relative.
"""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pytest
from dbt.cli.main import dbtRunner

from orchestration.settings import PROJECT

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="module")
def built(
    inputs_on_spark: None, small_company: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = tmp_path_factory.mktemp("target")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTTURN_DATA", str(small_company))
        result = dbtRunner().invoke([
            "run", "--target", "spark",
            "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            "--target-path", str(target), "--log-path", str(target),
        ])  # fmt: skip
    assert result.success, [r.message for r in result.result or [] if r.status == "error"]


def mart_names() -> list[str]:
    return sorted(
        f"{path.parent.name}.{path.stem}" for path in (PROJECT / "models/marts").glob("*/*.sql")
    )


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in an order that does not hang on doubles, which may differ in the last digit."""
    exact = [name for name in rows.columns if rows[name].dtype != "float64"]
    texts = rows[exact].astype(str)
    return rows.loc[texts.sort_values(exact).index].reset_index(drop=True)


@pytest.mark.parametrize("mart", mart_names())
def test_mart_is_the_same_on_both_engines(
    mart: str, built: None, spark: "SparkSession", small_company: Path
) -> None:
    with closing(duckdb.connect(str(small_company / "warehouse.duckdb"), read_only=True)) as con:
        expected = con.execute(f"select * from {mart}").to_arrow_table()
    got = spark.table(mart).toArrow().select(expected.column_names)
    # Spark's timestamps carry the session's zone; both are UTC.
    left = in_order(got.cast(expected.schema).to_pandas())
    right = in_order(expected.to_pandas())
    assert len(right) > 0, f"{mart} is empty: nothing was compared"
    pd.testing.assert_frame_equal(left, right, rtol=1e-9, atol=1e-12)
