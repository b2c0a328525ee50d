"""Times: offsets are converted, zones are declared, the host's zone is of no account."""

import os
import time
from dataclasses import replace

import pytest

HEADER = "work_item_id,workflow_id,opened_at,updated_at,status,handled_by\n"


def opened(house, *texts):
    rows = "".join(f"w{i},f,{t},2026-01-01,open,human\n" for i, t in enumerate(texts))
    house.land("work_items/a.csv", HEADER + rows)
    house.night()
    found = house.query("select opened_at::text from raw.work_items order by work_item_id")
    return [value for (value,) in found]


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/Los_Angeles"])
def host_zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()
    assert os.environ.get("TZ") != "Nowhere"


WRITTEN = {
    "2026-01-05T10:00:00Z": "2026-01-05 10:00:00",
    "2026-01-05T10:00:00.123456Z": "2026-01-05 10:00:00.123456",
    "2026-01-05 10:00:00+02:00": "2026-01-05 08:00:00",
    "2026-01-05T10:00:00+0530": "2026-01-05 04:30:00",
    "2026-01-05T10:00-08:00": "2026-01-05 18:00:00",
    "2026-01-05 10:00:00 +05": "2026-01-05 05:00:00",
    "2026-01-05 10:00:00 UTC": "2026-01-05 10:00:00",
}


def test_offsets_are_converted_whatever_the_host_zone(make_house, host_zone):
    assert opened(make_house("work_items"), *WRITTEN) == list(WRITTEN.values())


def test_times_without_offset_are_utc_unless_the_feed_declares_a_zone(make_house, feeds):
    texts = ("2026-01-05 10:00:00", "2026-07-05T10:00", "1/5/26 10:00", "1/5/2026 10:00:00 PM")
    assert opened(make_house("work_items"), *texts) == [
        "2026-01-05 10:00:00",
        "2026-07-05 10:00:00",
        "2026-01-05 10:00:00",
        "2026-01-05 22:00:00",
    ]


def test_a_declared_zone_counts_for_times_but_not_for_days(make_house, feeds, host_zone):
    house = make_house(work_items=replace(feeds["work_items"], time_zone="Europe/Berlin"))
    assert opened(house, "2026-01-05 10:00:00", "2026-07-05 10:00:00", "2026-07-05 10:00:00Z") == [
        "2026-01-05 09:00:00",
        "2026-07-05 08:00:00",
        "2026-07-05 10:00:00",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05 25:00:00",
        "2026-01-05 10:00:00 CEST",
        "2026-01-05 10:00:00+99:99",
        "05.01.2026",
        "yesterday",
        "1767",
    ],
)
def test_what_is_no_time_is_rejected_not_guessed(make_house, feeds, text):
    house = make_house(work_items=replace(feeds["work_items"], reject_limit=0.6))
    assert opened(house, text, "2026-01-01") == ["2026-01-01 00:00:00"]
    assert house.query("select column_name, reason from raw.rejects") == [
        ("opened_at", "not a timestamp of the years 1900 to 2200")
    ]


def test_an_optional_value_that_cannot_be_understood_rejects_its_row(make_house, feeds):
    house = make_house(work_items=replace(feeds["work_items"], reject_limit=0.6))
    house.land(
        "work_items/a.csv",
        HEADER.strip() + ",ai_assisted\n"
        "w1,f,2026-01-01,2026-01-01,open,human,perhaps\n"
        "w2,f,2026-01-01,2026-01-01,open,human,TRUE\n",
    )
    house.night()
    assert house.query("select work_item_id, ai_assisted from raw.work_items") == [("w2", True)]
    assert house.query("select column_name, reason from raw.rejects") == [
        ("ai_assisted", "not a boolean")
    ]
