"""What the guide to BI tools says works as written, with what BI tools bring along.

Runs in an environment without the project's own packages, over what is published in OUTTURN_DATA.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pytest
import sqlalchemy

from orchestration.settings import PROJECT, read_settings

GUIDE = PROJECT / "docs" / "bi.md"


def blocks(language: str) -> list[str]:
    """The guide's blocks of code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def marts() -> str:
    path = read_settings().published / "marts.duckdb"
    if not path.exists():
        pytest.skip(f"nothing is published in {path.parent}: run a night there first")
    return str(path)


def run(block: str, **names: Any) -> dict[str, Any]:
    """What a block of the guide's Python leaves."""
    exec(compile(block, str(GUIDE), "exec"), names)
    return names


@pytest.fixture(scope="module")
def engine(marts: str) -> sqlalchemy.Engine:
    return run(blocks("python")[0], marts=marts)["engine"]


@pytest.fixture
def notebook(marts: str) -> Iterator[dict[str, Any]]:
    """Its connection is closed again: a process opens a file with one set of settings only."""
    names = run(blocks("python")[1], marts=marts, parquet=Path(marts).with_name("parquet"))
    yield names
    names["connection"].close()


def ask(engine: sqlalchemy.Engine, query: str) -> Sequence[sqlalchemy.RowMapping]:
    with engine.connect() as connection:
        return connection.execute(sqlalchemy.text(query)).mappings().all()


def test_the_environment_is_a_bi_tools(marts: str) -> None:
    assert duckdb.__version__.startswith("1.5")
    with pytest.raises(ModuleNotFoundError):
        __import__("dagster")


def test_every_published_table_opens(engine: sqlalchemy.Engine, marts: str) -> None:
    listed = ask(engine, "select schema_name, table_name from duckdb_tables()")
    assert len(listed) > 40
    for table in listed:
        [counted] = ask(
            engine, 'select count(*) as n from {schema_name}."{table_name}"'.format(**table)
        )
        file = Path(marts).with_name("parquet") / "{schema_name}/{table_name}.parquet".format(
            **table
        )
        assert len(pandas.read_parquet(file)) == polars.read_parquet(file).height == counted["n"]


def test_frames_hold_the_same_numbers(notebook: dict[str, Any]) -> None:
    def told(query: str) -> object:
        return notebook["connection"].execute(query).fetchone()[0]

    costs = told("select sum(total_cost_usd) from efficiency.kpi_cost_per_output_weekly")
    completed = told("select count(*) from core.fct_work_items where is_completed")
    reviews = told("select sum(reviews_random) from quality.kpi_task_accuracy_weekly")
    assert notebook["costs"]["total_cost_usd"].sum() == costs > 0
    assert notebook["items"]["is_completed"].sum() == completed > 0
    assert notebook["accuracy"]["reviews_random"].sum() == reviews > 0


FORBIDDEN = [
    "create table core.mine as select 1 as x",
    "select * from read_csv('/etc/hostname')",
    "copy core.dim_agents to '/tmp/agents.csv'",
    "attach '/tmp/other.duckdb'",
    "set enable_external_access = true",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_whoever_writes_sql_in_a_tool_reads_marts_only(
    engine: sqlalchemy.Engine, statement: str
) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        ask(engine, statement)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_notebook_reads_marts_only(notebook: dict[str, Any], statement: str) -> None:
    with pytest.raises(duckdb.Error):
        notebook["connection"].execute(statement)


def test_a_tool_shows_what_tables_and_columns_mean(engine: sqlalchemy.Engine) -> None:
    inspector = sqlalchemy.inspect(engine)
    silent = []
    for schema in ("core", "productivity", "efficiency", "quality", "returns", "adoption"):
        for table in inspector.get_table_names(schema=schema):
            if not inspector.get_table_comment(table, schema=schema)["text"]:
                silent.append(table)
            columns = inspector.get_columns(table, schema=schema)
            silent += [f"{table}.{column['name']}" for column in columns if not column["comment"]]
    assert silent == []


def test_the_next_connection_sees_the_next_publication(marts: str, tmp_path: Path) -> None:
    """A link that is swapped, as publishing does it, under an engine made as the guide says."""
    for number in (1, 2):
        with duckdb.connect(str(tmp_path / f"marts-{number}.duckdb")) as connection:
            connection.execute(f"create table run as select {number} as run_id")
    link = tmp_path / "marts.duckdb"
    link.symlink_to("marts-1.duckdb")
    engine = run(blocks("python")[0], marts=str(link))["engine"]
    query = sqlalchemy.text("select run_id from run")
    with engine.connect() as kept:
        assert kept.execute(query).scalar_one() == 1
        fresh = tmp_path / "next"
        fresh.symlink_to("marts-2.duckdb")
        os.replace(fresh, link)
        assert kept.execute(query).scalar_one() == 1
    assert ask(engine, query.text)[0]["run_id"] == 2


@pytest.mark.parametrize("number", range(3))
def test_each_query_runs_as_written_and_says_something(
    engine: sqlalchemy.Engine, number: int
) -> None:
    queries = blocks("sql")
    assert len(queries) == 3
    rows = ask(engine, queries[number])
    assert len(rows) > 3
    assert all(any(row[name] is not None for row in rows) for name in rows[0])


def test_the_first_query_divides_sums(engine: sqlalchemy.Engine, notebook: dict[str, Any]) -> None:
    """Against pandas: what quarters cost adds up to what weeks cost, and ratios are of sums."""
    notebook["connection"].close()
    rows = ask(engine, blocks("sql")[0])
    final = notebook["costs"][notebook["costs"]["is_final"]]
    assert sum(row["cost_usd"] or 0 for row in rows) == final["total_cost_usd"].sum()
    divided = [row for row in rows if row["cost_usd"] and row["verified_outputs"]]
    assert divided
    for row in divided:
        ratio = float(row["cost_usd"]) / float(row["verified_outputs"])
        assert row["cost_per_verified_output_usd"] == pytest.approx(ratio, rel=1e-12)


def test_ratios_are_made_of_columns_that_exist(engine: sqlalchemy.Engine) -> None:
    """Each name in the guide's table of ratios is a published column."""
    table = GUIDE.read_text(encoding="utf-8").split("## Ratios")[1].split("## Three queries")[0]
    named = set(re.findall(r"sum\((\w+)\)", table)) | set(re.findall(r"^\| `(\w+)`", table, re.M))
    columns = ask(engine, "select column_name from duckdb_columns() where not internal")
    assert len(named) > 10
    assert named <= {column["column_name"] for column in columns}
