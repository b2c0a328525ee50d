"""The schema raw: every feed exists, changes are offered, completeness is known."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import pytest

from orchestration import ingest
from orchestration.ingest.feeds import Column, DeclarationError
from tests.ingest.conftest import lines, manifest_of, request, span

FX = "rate_date,currency,usd_per_unit\n"
TIMES = "worker_id,work_date,activity,hours\n"


def traces(*ids):
    return lines(*[request(span(traceId=one, spanId=one)) for one in ids])


def changed(house, feed="otlp_traces"):
    return sorted(row[0] for row in house.query(f"select trace_id from raw.{feed}__changed"))


def test_every_feed_exists_typed_though_nothing_ever_landed(make_house, feeds):
    house = make_house(*feeds)
    house.night()
    for name, feed in feeds.items():
        described = house.query(f"describe raw.{name}")
        assert [row[0] for row in described] == list(feed.types)
        assert house.query(f"select count(*) from raw.{name}") == [(0,)]
    types = {row[0]: row[1] for row in house.query("describe raw.focus")}
    assert types["billed_cost"] == "DECIMAL(38,18)"
    assert types["charge_period_start"] == "TIMESTAMP"
    assert house.query("select * from raw.files union all by name select * from raw.rejects") == []
    assert house.query("select complete_to from raw.completeness") == [(date(2026, 3, 9),)]


def test_views_work_from_any_folder(make_house, tmp_path, monkeypatch):
    house = make_house("fx_rates")
    monkeypatch.chdir(tmp_path)
    house.land("fx_rates/a.csv", FX + "2026-01-02,EUR,1\n")
    house.night()
    os.chdir("/")
    assert house.query("select count(*) from raw.fx_rates") == [(1,)]


def test_a_declaration_may_gain_a_column(make_house, feeds):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX + "2026-01-02,EUR,1\n")
    house.night()
    wider = replace(
        feeds["fx_rates"],
        columns=(*feeds["fx_rates"].columns, Column("source", "string", "source")),
    )
    house.feeds = {"fx_rates": wider}
    house.night()
    assert house.query("select currency, source from raw.fx_rates") == [("EUR", None)]
    house.land("fx_rates/b.csv", FX.strip() + ",source\n2026-01-03,GBP,1,ECB\n")
    house.night()
    assert house.query("select currency, source from raw.fx_rates order by 1") == [
        ("EUR", None),
        ("GBP", "ECB"),
    ]
    house.land("fx_rates/a.csv", FX + "2026-01-02,CHF,1\n")
    house.night()
    assert house.query("select currency, source from raw.fx_rates order by 1") == [
        ("CHF", None),
        ("GBP", "ECB"),
    ]


def test_a_changed_type_is_an_error_that_says_so(make_house, feeds):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX + "2026-01-02,EUR,1\n")
    house.night()
    first, *rest = feeds["fx_rates"].columns
    house.feeds = {
        "fx_rates": replace(feeds["fx_rates"], columns=(replace(first, data_type="string"), *rest))
    }
    with pytest.raises(ingest.LakeError, match="rate_date"):
        house.night()


def test_changed_rows_are_those_of_contents_added_or_removed(make_house):
    house = make_house("otlp_traces")
    for name in "abc":
        house.land(f"otlp_traces/{name}.jsonl", traces(f"{name}1", f"{name}2"))
    house.night()
    assert changed(house) == ["a1", "a2", "b1", "b2", "c1", "c2"]
    ingest.complete(house.settings, house.feeds)
    house.night()
    assert changed(house) == []
    house.land("otlp_traces/a.jsonl", traces("a1", "a3"))
    house.land("otlp_traces/d.jsonl", traces("d1"))
    house.night()
    assert changed(house) == ["a1", "a1", "a2", "a3", "d1"]
    house.night()
    assert changed(house) == ["a1", "a1", "a2", "a3", "d1"], "until the warehouse completes"
    ingest.complete(house.settings, house.feeds)
    ingest.withdraw(house.settings, house.feeds, "otlp_traces/b.jsonl", "retracted")
    house.night()
    assert changed(house) == ["b1", "b2"]
    ingest.reset(house.settings)
    house.night()
    assert changed(house) == ["a1", "a3", "c1", "c2", "d1"]


def test_what_came_and_went_since_the_warehouse_completed_is_changed(make_house):
    """A night that did not complete may have made models of it."""
    house = make_house("otlp_traces")
    house.land("otlp_traces/a.jsonl", traces("a1"))
    house.night()
    ingest.complete(house.settings, house.feeds)
    house.land("otlp_traces/bad.jsonl", traces("bad"))
    house.night()
    ingest.withdraw(house.settings, house.feeds, "otlp_traces/bad.jsonl", "retracted")
    for _ in range(2):
        house.night()
        assert house.query("select trace_id from raw.otlp_traces") == [("a1",)]
        assert changed(house) == ["bad"], "until the warehouse completes"
    ingest.complete(house.settings, house.feeds)
    house.night()
    assert changed(house) == []


def test_completeness_is_the_earliest_of_the_daily_feeds(make_house):
    house = make_house("fx_rates", "timesheets", "otlp_traces", "work_items")
    house.at = datetime(2026, 3, 10, 2, tzinfo=UTC)
    house.night()
    house.land("fx_rates/a.csv", FX + "2026-02-01,EUR,1\n")
    house.night()
    assert house.query("select complete_to from raw.completeness") == [(date(2026, 2, 1),)]
    house.land("timesheets/a.csv", TIMES + "p,2026-03-09,review,1\np,2026-03-10,review,1\n")
    house.night()
    assert house.query("select complete_to from raw.completeness") == [(date(2026, 3, 9),)]
    house.land("otlp_traces/a.jsonl", traces("a1"))
    house.night()
    assert house.query("select complete_to from raw.completeness") == [(date(2026, 1, 1),)]


def test_the_landing_gate_sees_what_is_staged_and_what_is_refused(make_house, tmp_path):
    house = make_house("fx_rates", "timesheets")
    house.land("fx_rates/a.csv", FX + "2026-02-01,EUR,1\n2026-02-01,EUR,2\n")
    house.land("fx_rates/b.csv", "nonsense\n")
    house.stage()
    database = tmp_path / "staged.duckdb"
    ingest.staged_views(house.settings, house.feeds, database)
    with duckdb.connect(str(database), read_only=True) as connection:
        rates = connection.execute("select currency, usd_per_unit::int from landing.fx_rates")
        assert rates.fetchall() == [("EUR", 2)]
        assert connection.execute("select count(*) from landing.timesheets").fetchall() == [(0,)]
        files = connection.execute(
            "select file, rows_read, rows_loaded, rows_rejected, rows_superseded, "
            "refusal is null from landing.files order by file"
        ).fetchall()
    assert files == [("fx_rates/a.csv", 2, 2, 0, 1, True), ("fx_rates/b.csv", 0, 0, 0, 0, False)]


def test_input_files_are_what_raw_files_holds(make_house):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX + "2026-02-01,EUR,1\n")
    house.night()
    [listed] = ingest.input_files(house.settings, house.feeds)
    assert house.query("select * from raw.files") == [tuple(listed.values())]


@pytest.mark.parametrize(
    ("feed", "column"),
    [
        ({"reader": "spreadsheet"}, {}),
        ({"key": ["none"]}, {}),
        ({"time_zone": "Mars/Olympus"}, {}),
        ({"surprise": 1}, {}),
        ({"glob": []}, {}),
        ({}, {"data_type": "hugeint"}),
        ({}, {"config": {"meta": {"personal": True}}}),
    ],
)
def test_a_declaration_that_cannot_be_read_says_so(feed, column):
    declared = {"glob": "*.csv", "reader": "table"} | feed
    node = {
        "source_name": "raw",
        "name": "things",
        "config": {"meta": {"feed": declared}},
        "columns": {"id": {"name": "id", "data_type": "string"} | column},
    }
    with pytest.raises(DeclarationError, match=r"raw\.things"):
        ingest.load_feeds({"sources": {"things": node}})


def test_declarations_outside_the_source_raw_are_no_feeds(tmp_path):
    file = tmp_path / "sources.yml"
    file.write_text("sources: [{name: other, tables: [{name: t}]}]")
    assert ingest.load_feeds(manifest_of([file])) == {}


def test_feed_days_count_rows_by_event_date(make_house):
    house = make_house("fx_rates", "hr_positions")
    house.land("fx_rates/a.csv", FX + "2026-01-02,EUR,1\n2026-01-02,GBP,1\n2026-01-03,EUR,1\n")
    house.land(
        "hr_positions/a.csv",
        "worker_id,effective_from,job_profile,team_id,department,worker_type,fte_percent,"
        "annual_base_pay,currency\nsomebody,2026-01-01,clerk,a,b,employee,100,1,USD\n",
    )
    house.night()
    days = house.query("select feed, event_date, row_count from raw.feed_days order by all")
    assert days == [
        ("fx_rates", date(2026, 1, 2), 2),
        ("fx_rates", date(2026, 1, 3), 1),
        ("hr_positions", None, 1),
    ]
