"""CSV and Parquet that load: headers, nulls, types, keys."""

import datetime as dt
import gzip
import json
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.ingest.files import FX, RATES, parquet


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "csv.zst", "CSV", "parquet"])
def test_every_packing_of_a_table_loads_the_same(make_house, suffix):
    house = make_house("fx_rates")
    if suffix == "parquet":
        content = parquet(RATES)
    else:
        content = (FX + "2026-01-02,EUR,1.08\n").encode()
        if suffix.endswith("gz"):
            content = gzip.compress(content)
        elif suffix.endswith("zst"):
            content = pa.compress(content, "zstd", asbytes=True)
    house.land(f"fx_rates/2026/rates.{suffix}", content)
    house.night()
    [row] = house.query("select rate_date::text, currency, usd_per_unit, _file from raw.fx_rates")
    assert row == ("2026-01-02", "EUR", Decimal("1.080000000"), f"fx_rates/2026/rates.{suffix}")


def test_byte_order_mark_column_order_and_strange_names_do_not_matter(make_house):
    house = make_house("fx_rates")
    name = "fx_rates/it's [1] *?.csv"
    house.land(name, "\ufeffcurrency,usd_per_unit,rate_date\r\nEUR, 1.08  ,2026-01-02\r\n")
    house.night()
    assert house.query("select currency, usd_per_unit::text, _file, _row from raw.fx_rates") == [
        ("EUR", "1.080000000", name, 2)
    ]


@pytest.mark.parametrize(("null_text", "agent"), [((), "?"), (("?",), None)])
def test_null_and_empty_are_null_and_others_where_declared(make_house, feeds, null_text, agent):
    house = make_house(work_items=replace(feeds["work_items"], null_text=null_text))
    house.land(
        "work_items/a.csv",
        "work_item_id,workflow_id,team_id,opened_at,updated_at,status,handled_by,agent_id\n"
        "w1,f,NULL,2026-01-01,2026-01-01,open,human,?\n"
        "w2,f,,2026-01-01,2026-01-01,open,human,\n",
    )
    house.night()
    assert house.query("select team_id, agent_id from raw.work_items order by work_item_id") == [
        (None, agent),
        (None, None),
    ]


def test_dates_as_spreadsheets_write_them(make_house):
    house = make_house("fx_rates")
    house.land(
        "fx_rates/a.csv",
        FX + "1/2/26,A,1\n12/31/2025,B,1\n2026-01-03,C,1\n2026-01-04 00:00:00,D,1\n",
    )
    house.night()
    assert house.query("select rate_date::text from raw.fx_rates order by currency") == [
        ("2026-01-02",),
        ("2025-12-31",),
        ("2026-01-03",),
        ("2026-01-04",),
    ]


def test_stray_columns_are_counted_and_not_stored(make_house):
    house = make_house("fx_rates")
    house.land(
        "fx_rates/a.csv",
        "rate_date,currency,email,usd_per_unit,note\n"
        "2026-01-02,EUR,ann@example.org,1,\n2026-01-03,EUR,bob@example.org,1,x\n",
    )
    house.night()
    [(undeclared,)] = house.query("select undeclared from raw.files")
    assert json.loads(undeclared) == {"email": 2, "note": 1}
    stored = b"".join(
        p.read_bytes()
        for p in house.settings.data.rglob("*")
        if p.is_file() and "landing" not in p.parts
    )
    assert b"example.org" not in stored


def test_header_case_is_exact(make_house):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", "Rate_Date,currency,usd_per_unit\n2026-01-02,EUR,1\n")
    house.night()
    assert house.only_refusal().reason == "required columns are missing: rate_date"


def test_the_later_row_of_a_key_wins_within_a_file(make_house):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX + "2026-01-02,EUR,1\n2026-01-03,EUR,2\n2026-01-02,EUR,3\n")
    house.night()
    assert house.query("select _row, usd_per_unit::int from raw.fx_rates order by 1") == [
        (3, 2),
        (4, 3),
    ]
    assert house.query("select rows_read, rows_loaded, rows_superseded from raw.files") == [
        (3, 3, 1)
    ]


def test_equal_timesheet_keys_add_up_within_a_file(make_house):
    house = make_house("timesheets")
    house.land(
        "timesheets/a.csv",
        "worker_id,work_date,activity,workflow_id,hours\n"
        "p,2026-01-05,review,,1.5\np,2026-01-05,review,,2.25\np,2026-01-05,review,f,1\n",
    )
    house.night()
    assert house.query("select workflow_id, hours::text from raw.timesheets order by 1") == [
        ("f", "1.000000000"),
        (None, "3.750000000"),
    ]


def test_parquet_of_other_types_is_cast_by_its_text(make_house, feeds):
    house = make_house(focus=replace(feeds["focus"], reject_limit=0.5))
    instant = dt.datetime(2026, 1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    charges = parquet(
        {
            "BilledCost": [1.5, None],
            "EffectiveCost": pa.array([Decimal("0.123456789012345678"), Decimal("2")]),
            "BillingCurrency": ["USD", "USD"],
            "ChargePeriodStart": pa.array([instant] * 2, pa.timestamp("ns", "UTC")),
            "ChargePeriodEnd": pa.array([dt.datetime(2026, 1, 3)] * 2, pa.timestamp("us")),  # noqa: DTZ001
            "ProviderName": ["AWS", "AWS"],
            "ChargeCategory": ["Usage", "Usage"],
            "Tags": pa.array(
                [[("workflow_id", "f"), ("mail", "x@y.z")], None], pa.map_(pa.string(), pa.string())
            ),
            "tags": ["a", "b"],
        }
    )
    house.land("focus/a.parquet", charges)
    house.night()
    assert house.query(
        "select effective_cost::text, charge_period_start::text, charge_period_end::text, tags, "
        "_row from raw.focus"
    ) == [
        (
            "0.123456789012345678",
            "2026-01-02 01:00:00",
            "2026-01-03 00:00:00",
            '{"workflow_id":"f"}',
            1,
        )
    ]
    assert house.query("select _row, column_name from raw.rejects") == [(2, "BilledCost")]


def test_parquet_text_written_as_bytes_is_text(make_house):
    house = make_house("work_items")
    texts = {"work_item_id": "w1", "workflow_id": "Zo\u00eb's", "opened_at": "2026-01-01",
             "updated_at": "2026-01-01", "status": "open", "handled_by": "human"}  # fmt: skip
    as_bytes = {name: pa.array([text.encode()]) for name, text in texts.items()}
    house.land("work_items/a.parquet", parquet(as_bytes | {"picture": pa.array([b"\xff\xd8"])}))
    house.night()
    assert house.query("select work_item_id, workflow_id from raw.work_items") == [
        ("w1", "Zo\u00eb's")
    ]


def test_tags_keep_allow_listed_keys_in_order(make_house):
    house = make_house("focus")
    header = (
        "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,"
        "ChargeCategory,Tags\n"
    )
    tags = [
        '"{""workflow_id"": ""w"", ""agent_id"": ""a"", ""owner"": ""ann@x.org""}"',
        '"{""owner"": ""ann@x.org""}"',
        "NULL",
        '"""{\\""agent_id\\"": \\""a\\""}"""',
    ]
    rows = "".join(f"1,1,USD,9/1/24,2024-09-02,AWS,Usage,{tag}\n" for tag in tags)
    house.land("focus/a.csv", header + rows)
    house.night()
    assert house.query("select tags from raw.focus order by _row") == [
        ('{"agent_id":"a","workflow_id":"w"}',),
        (None,),
        (None,),
        ('{"agent_id":"a"}',),
    ]


def test_many_files_of_different_headers_keep_their_own_rows_and_counts(make_house):
    house = make_house("fx_rates")
    for i in range(12):
        header = FX if i % 2 else "currency,rate_date,usd_per_unit\n"
        row = f"2026-01-02,C{i},{i}\n" if i % 2 else f"C{i},2026-01-02,{i}\n"
        house.land(f"fx_rates/{i:02d}.csv", header + row * (i + 1))
    house.night()
    assert house.query("select file, rows_read from raw.files order by file") == [
        (f"fx_rates/{i:02d}.csv", i + 1) for i in range(12)
    ]
    assert house.query("select currency, _file, _row from raw.fx_rates order by _file") == [
        (f"C{i}", f"fx_rates/{i:02d}.csv", i + 2) for i in range(12)
    ]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_folders_named_like_partitions_add_nothing_to_the_rows(make_house, suffix):
    house = make_house("fx_rates")
    content = parquet(RATES) if suffix == "parquet" else (FX + "2026-01-02,EUR,1.08\n").encode()
    house.land(f"fx_rates/c1=USD/currency=GBP/a.{suffix}", content)
    house.night()
    assert house.query("select currency from raw.fx_rates") == [("EUR",)]
