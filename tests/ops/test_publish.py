"""What is published appears in one step, whole, and says where it came from."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.content_hash import content_hash
from orchestration.decisions import SCHEMA
from orchestration.provenance import Provenance
from orchestration.publish import Comments, Publication, publish
from orchestration.run import Run, name_run, open_run
from orchestration.settings import Settings

FIRST_NIGHT = datetime(2026, 6, 29, 2, tzinfo=UTC)
PROVENANCE = Provenance(
    as_of_date=date(2026, 6, 28),
    code_version="abc+def",
    snapshots={"focus": 7, "fx_rates": None},
    input_files=[{"feed": "focus", "file": "focus/a.csv", "sha256": "12", "rows_loaded": 3}],
)
COMMENTS = {
    "core.dim_agents": Comments("One row an agent.", {"agent_id": "It's the agent's id."}),
    "core.dim_sizes": Comments("One row a size.", {}),
    "staging.secret": Comments("One row.", {}),
}


def build_warehouse(settings: Settings, agents: int = 3) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            f"""
            create schema if not exists core;
            create schema if not exists staging;
            create or replace table staging.secret as select 1 as worker_key;
            create or replace table core.dim_agents as
            select 'agent-' || number as agent_id, number as size from range({agents}) r (number);
            create or replace table core.dim_of_yesterdays_project as select 1 as size;
            create or replace view core.dim_sizes as select distinct size from core.dim_agents;
            """
        )


def run_number(settings: Settings, number: int) -> Run:
    run = name_run(settings, FIRST_NIGHT + timedelta(days=number), "12345678")
    open_run(settings, run)
    return run


def publish_number(settings: Settings, number: int) -> Publication:
    log = SCHEMA.empty_table()
    return publish(settings, run_number(settings, number), PROVENANCE, COMMENTS, log)


def query(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(settings.published / "marts.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_publishes_declared_tables_of_published_schemas_only(settings: Settings) -> None:
    build_warehouse(settings)

    publication = publish_number(settings, 0)

    tables = query(settings, "select schema_name, table_name from duckdb_tables() order by all")
    assert tables == [
        ("core", "dim_agents"),
        ("core", "dim_sizes"),
        ("governance", "decision_log"),
        ("governance", "run_manifest"),
    ]
    assert query(settings, "select count(*) from duckdb_views() where not internal") == [(0,)]
    assert {name: mart.rows for name, mart in publication.marts.items()} == {
        "core.dim_agents": 3,
        "core.dim_sizes": 3,
    }


def test_descriptions_become_comments(settings: Settings) -> None:
    build_warehouse(settings)
    publish_number(settings, 0)

    table = query(settings, "select comment from duckdb_tables() where table_name = 'dim_agents'")
    column = query(settings, "select comment from duckdb_columns() where column_name = 'agent_id'")

    assert table == [("One row an agent.",)]
    assert column == [("It's the agent's id.",)]


def test_manifest_says_where_the_numbers_come_from(settings: Settings) -> None:
    build_warehouse(settings)
    publication = publish_number(settings, 0)

    manifest = json.loads(publication.manifest.read_text())
    row = query(settings, "select as_of_date, code_version, snapshots from governance.run_manifest")

    assert manifest["snapshots"] == {"focus": 7, "fx_rates": None}
    assert manifest["input_files"] == PROVENANCE.input_files
    assert manifest["marts"]["core.dim_agents"]["rows"] == 3
    assert row == [(date(2026, 6, 28), "abc+def", '{"focus": 7, "fx_rates": null}')]


def test_parquet_holds_the_same(settings: Settings) -> None:
    build_warehouse(settings)
    publish_number(settings, 0)

    file = settings.published / "parquet" / "core" / "dim_agents.parquet"

    assert duckdb.execute("select count(*) from read_parquet(?)", [str(file)]).fetchone() == (3,)


def test_three_publications_are_kept(settings: Settings) -> None:
    build_warehouse(settings)

    runs = [publish_number(settings, number).path.name for number in range(5)]

    assert sorted(path.name for path in settings.published.glob("marts-*")) == runs[2:]
    assert len(list(settings.published.glob("parquet-*"))) == 3
    assert len(list(settings.published.glob("manifest-*.json"))) == 3
    assert (settings.published / "marts.duckdb").resolve().name == runs[-1]


def test_leftovers_of_a_crash_are_removed(settings: Settings) -> None:
    build_warehouse(settings)
    published = publish_number(settings, 0).path
    crashed = run_number(settings, 1).run_id
    for name in (f"marts-{crashed}.duckdb", f"marts-{crashed}.duckdb.wal"):
        (settings.published / name).write_text("half")
    (settings.published / f"parquet-{crashed}" / "core").mkdir(parents=True)

    publish_number(settings, 2)

    assert not list(settings.published.glob(f"*{crashed}*"))
    assert published.exists()


def test_failed_publication_changes_nothing(settings: Settings) -> None:
    build_warehouse(settings)
    before = publish_number(settings, 0).path.read_bytes()
    settings.warehouse.write_bytes(b"not a database")

    with pytest.raises(duckdb.Error):
        publish_number(settings, 1)

    assert (settings.published / "marts.duckdb").read_bytes() == before
    assert query(settings, "select count(*) from core.dim_agents") == [(3,)]


def test_reader_in_a_loop_sees_no_error_and_then_the_new_marts(settings: Settings) -> None:
    build_warehouse(settings, agents=1)
    publish_number(settings, 0)
    counts: list[int] = []
    errors: list[duckdb.Error] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                counts.extend(query(settings, "select count(*) from core.dim_agents")[0])
            except duckdb.Error as error:
                errors.append(error)

    held = duckdb.connect(str(settings.published / "marts.duckdb"), read_only=True)
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 4):
        build_warehouse(settings, agents=number + 1)
        publish_number(settings, number)
    done.set()
    reader.join()

    assert errors == []
    assert counts == sorted(counts)
    assert held.execute("select count(*) from core.dim_agents").fetchone() == (1,)
    assert query(settings, "select count(*) from core.dim_agents") == [(4,)]
    held.close()


@pytest.mark.parametrize(
    ("rows", "is_same"),
    [
        ("('b', 2.5), ('a', 1.5), ('a', 1.5)", True),
        ("('a', 1.5), ('b', 2.5)", False),
        ("('a', 1.5), ('a', 1.5), ('b', 2.6)", False),
        ("('a', 1.5), ('a', 1.5), ('b', 2.5), (null, 0)", False),
        ("('b', 1.5), ('a', 1.5), ('a', 2.5)", False),
    ],
    ids=["order", "duplicates", "value", "row", "pairing"],
)
def test_content_hash_is_of_rows_not_of_order(rows: str, is_same: bool) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table one as from (values ('a', 1.5), ('a', 1.5), ('b', 2.5))")
        connection.execute(f"create table other as from (values {rows})")

        same = content_hash(connection, "one") == content_hash(connection, "other")

    assert same is is_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select null as x", "select '-' as x"),
        ("select cast(null as varchar) as x", "select '' as x"),
        ("select cast(null as varchar) as x", "select ':' as x"),
        ("select null as x, '1' as y", "select '1' as x, null as y"),
        ("select 'a' as x, 'bc' as y", "select 'ab' as x, 'c' as y"),
        ("select 1 as x", "select 1 as y"),
        ("select 1 as x", "select 1.0 as x"),
    ],
)
def test_content_hash_tells_apart_what_looks_alike(one: str, other: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table one as {one}")
        connection.execute(f"create table other as {other}")

        assert content_hash(connection, "one") != content_hash(connection, "other")


def test_content_hash_ignores_the_order_of_columns(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table one as select 1 as x, 'a' as y")
        connection.execute("create table other as select 'a' as y, 1 as x")

        assert content_hash(connection, "one") == content_hash(connection, "other")
