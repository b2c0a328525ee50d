"""The same models on Apache Spark give the same marts as on DuckDB.

Counts, keys, dates, money and decimals agree exactly; doubles to 1e-9 relative. What is compared is
what readers get: the marts of a night on a cluster that lost a worker, after late and corrected
files, and those of DuckDB, which had all files from the beginning.
"""

from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.settings import PROJECT
from tests.spark.conftest import Nights


def rows_of(data: Path, query: str) -> pd.DataFrame:
    """What a data folder's publication answers."""
    published = data / "published" / "marts.duckdb"
    with closing(duckdb.connect(str(published), read_only=True)) as connection:
        return connection.sql(query).to_arrow_table().to_pandas()


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
def test_mart_is_the_same_on_both_engines(mart: str, nights: Nights, small_company: Path) -> None:
    got = in_order(rows_of(nights.company.data, f"select * from {mart}"))
    expected = in_order(rows_of(small_company, f"select * from {mart}"))
    assert len(expected) > 0, f"{mart} is empty: nothing was compared"
    pd.testing.assert_frame_equal(got, expected, rtol=1e-9, atol=1e-12)


def test_readers_see_the_same_tables(nights: Nights, small_company: Path) -> None:
    """Names, types, comments, and the Parquet beside them."""
    columns = (
        "select schema_name, table_name, column_index, column_name, data_type, comment"
        " from duckdb_columns() where not internal order by all"
    )
    got, expected = rows_of(nights.company.data, columns), rows_of(small_company, columns)
    pd.testing.assert_frame_equal(got, expected)
    assert set(got["table_name"]) >= {"fct_agent_runs", "decision_log", "validation_results"}
    parquet = [
        {str(file.relative_to(folder)) for file in folder.rglob("*.parquet")}
        for folder in (data / "published/parquet" for data in (nights.company.data, small_company))
    ]
    assert parquet[0] == parquet[1]
