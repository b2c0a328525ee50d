"""The lake stays small, and nothing but its files changes by it."""

import json

import pyarrow as pa
import pytest

from orchestration import ingest
from orchestration.ingest import lake, upkeep
from tests.ingest.files import FX


def night(house):
    """A night of which the warehouse holds nothing, so that only kept runs need a snapshot."""
    house.night()
    ingest.reset(house.settings)


def rate(day, value=1):
    return f"{FX}2026-01-{day:02d},EUR,{value}\n"


@pytest.fixture
def house(make_house):
    """A lake of as many small files as nights brought, one short of too many."""
    house = make_house("fx_rates")
    for day in range(1, upkeep.SMALL_FILES):
        house.land(f"fx_rates/{day}.csv", rate(day))
        night(house)
    return house


def data_files(house):
    """Of the current snapshot."""
    with lake.open_catalog(house.settings) as catalog:
        return lake.data_files(lake.find_table(catalog, house.feeds["fx_rates"]))


def lying(house):
    """All data files in the lake's folder."""
    return {str(path) for path in (house.settings.lake / "raw" / "fx_rates" / "data").iterdir()}


def rows(house):
    return house.query(
        "select rate_date::varchar, usd_per_unit::int, _file from raw.fx_rates order by 1"
    )


def compact(house):
    """Land one more small file, and stage twice: what the second one finds is too many."""
    house.land(f"fx_rates/{upkeep.SMALL_FILES}.csv", rate(upkeep.SMALL_FILES))
    night(house)
    before = rows(house)
    assert len(data_files(house)) == upkeep.SMALL_FILES == len(before)
    night(house)
    assert rows(house) == before


def test_small_files_become_one_with_the_same_rows(house):
    compact(house)
    assert len(data_files(house)) == 1
    assert lying(house) == data_files(house)


def test_nothing_counts_as_changed_by_it(house, feeds):
    house = type(house)(house.settings, {"otlp_traces": feeds["otlp_traces"]})
    ingest.complete(house.settings, house.feeds)
    for number in range(upkeep.SMALL_FILES):
        span = {"traceId": f"{number + 1:032x}", "spanId": "EEE19B7EC3C1B174", "name": "chat"}
        span |= {
            "startTimeUnixNano": "1767225600000000000",
            "endTimeUnixNano": "1767225601000000000",
        }
        request = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
        house.land(f"otlp_traces/{number}.json", json.dumps(request))
        house.night()
    ingest.complete(house.settings, house.feeds)
    house.night()
    assert house.query("select count(*) from raw.otlp_traces__changed") == [(0,)]
    assert house.query("select count(distinct _file) from raw.otlp_traces") == [(8,)]


def test_tables_that_are_no_feeds_are_kept_small_too(house):
    with lake.open_catalog(house.settings) as catalog:
        catalog.create_namespace("governance")
        log = catalog.create_table(("governance", "log"), pa.schema([("day", pa.int64())]))
        for day in range(upkeep.SMALL_FILES):
            log.append(pa.table({"day": [day]}))
    night(house)
    with lake.open_catalog(house.settings) as catalog:
        log = catalog.load_table(("governance", "log"))
        assert len(lake.planned(log)) == len(log.snapshots()) == 1
        assert sorted(log.scan().to_arrow()["day"].to_pylist()) == list(range(upkeep.SMALL_FILES))
        log.append(pa.table({"day": [99]}))
        assert log.scan().to_arrow().num_rows == upkeep.SMALL_FILES + 1


def test_a_correction_afterwards_replaces_its_own_rows_only(house):
    compact(house)
    house.land("fx_rates/3.csv", rate(3, value=7))
    night(house)
    assert [value for _, value, _ in rows(house)] == [1, 1, 7, 1, 1, 1, 1, 1]


def test_what_a_kept_run_read_stays_readable(house):
    [before] = ingest.snapshots(house.settings, house.feeds).values()
    house.settings.published.mkdir()
    manifest = house.settings.published / "manifest-1.json"
    manifest.write_text(json.dumps({"snapshots": {"fx_rates": before, "focus": None}}))
    ingest.withdraw(house.settings, house.feeds, "fx_rates/1.csv", "retracted")
    for _ in range(2):
        night(house)
    with lake.open_catalog(house.settings) as catalog:
        table = lake.find_table(catalog, house.feeds["fx_rates"])
        assert len(table.snapshots()) == 2
        kept = lake.data_files(table, before)
    assert len(kept) == upkeep.SMALL_FILES - 1
    assert kept <= lying(house)
    manifest.unlink()
    night(house)
    assert lying(house) == data_files(house), "what was retracted is gone from the disk too"


@pytest.mark.parametrize("step", ["lake.replace", "lake.expire", "upkeep._remove_unnamed"])
def test_a_kill_on_the_way_is_made_good_by_the_next_night(house, monkeypatch, step):
    class Killed(BaseException):
        pass

    def killed(*arguments):
        raise Killed

    house.land("fx_rates/8.csv", rate(8))
    night(house)
    before = rows(house)
    with monkeypatch.context() as patch:
        patch.setattr(f"orchestration.ingest.{step}", killed)
        with pytest.raises(Killed):
            night(house)
    night(house)
    assert rows(house) == before
    assert len(data_files(house)) == 1
    assert lying(house) == data_files(house)
