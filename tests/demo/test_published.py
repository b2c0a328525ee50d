"""What is published of the demo company: all of it there, none of it silent."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt import dbt_project, prepare_manifest, read_manifest
from orchestration.publish import SCHEMAS, comments_of
from orchestration.settings import PROJECT


@pytest.fixture(scope="module")
def marts(small_company: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    published = small_company / "published" / "marts.duckdb"
    with closing(duckdb.connect(str(published), read_only=True)) as connection:
        yield connection


def names(marts: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {name for (name,) in marts.execute(query).fetchall()}


def test_every_declared_mart_is_published_and_holds_something(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    declared = comments_of(read_manifest(prepare_manifest(dbt_project())))
    tables = names(marts, "select schema_name || '.' || table_name from duckdb_tables()")
    assert tables == {name for name in declared if name.split(".")[0] in SCHEMAS}
    empty = {name for name in tables if not marts.execute(f"from {name} limit 1").fetchall()}
    assert not empty


def test_every_published_column_says_what_it_means(marts: duckdb.DuckDBPyConnection) -> None:
    columns = "select table_name || '.' || column_name from duckdb_columns() where not internal"
    assert len(names(marts, columns)) > 300
    assert not names(marts, f"{columns} and coalesce(comment, '') = ''")


def test_every_mart_has_a_suite(marts: duckdb.DuckDBPyConnection) -> None:
    suites = {path.stem for path in (PROJECT / "expectations/marts").glob("*.yml")}
    kpis = names(marts, "select table_name from duckdb_tables() where table_name like 'kpi_%'")
    assert kpis <= suites
