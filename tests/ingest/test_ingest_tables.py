"""CSV and Parquet: headers, nulls, types, rejects, refusals."""

import datetime as dt
import gzip
import json
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

FX = "rate_date,currency,usd_per_unit\n"
RATES = {"rate_date": ["2026-01-02"], "currency": ["EUR"], "usd_per_unit": [1.08]}


def parquet(columns: dict[str, object]) -> bytes:
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue().to_pybytes()


def good_rates(number: int) -> str:
    return "".join(f"2026-01-{i % 28 + 1:02d},C{i:03d},1.5\n" for i in range(number))


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


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",EUR,1", "rate_date", "required but missing"),
        ("2026-01-02,NULL,1", "currency", "required but missing"),
        ("2026-13-02,EUR,1", "rate_date", "not a date of the years 1900 to 2200"),
        ("1899-12-31,EUR,1", "rate_date", "not a date of the years 1900 to 2200"),
        ("9999-12-31,EUR,1", "rate_date", "not a date of the years 1900 to 2200"),
        ("2026-01-02,EUR,NaN", "usd_per_unit", "not a number that fits decimal(18,9)"),
        ("2026-01-02,EUR,inf", "usd_per_unit", "not a number that fits decimal(18,9)"),
        ("2026-01-02,EUR,1_000", "usd_per_unit", "not a number that fits decimal(18,9)"),
        ("2026-01-02,EUR,1e30", "usd_per_unit", "not a number that fits decimal(18,9)"),
        ('2026-01-02,EUR,"1,5"', "usd_per_unit", "not a number that fits decimal(18,9)"),
    ],
)
def test_a_bad_row_is_rejected_with_its_place_and_reason(make_house, row, column, reason):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX + good_rates(120) + row + "\n" + good_rates(10))
    house.night()
    assert house.query("select feed, _file, _row, column_name, reason from raw.rejects") == [
        ("fx_rates", "fx_rates/a.csv", 122, column, reason)
    ]
    assert house.query("select rows_read, rows_loaded, rows_rejected from raw.files") == [
        (131, 130, 1)
    ]


def test_a_reject_keeps_declared_text_but_nothing_personal(make_house):
    house = make_house("timesheets")
    rows = "".join(f"p{i},2026-01-05,production,8,e{i}@x.org\n" for i in range(150))
    house.land(
        "timesheets/a.csv",
        "worker_id,work_date,activity,hours,email\n"
        + rows
        + "secret,2026-01-05,review,lots,z@x.org\n",
    )
    house.night()
    [(column, record)] = house.query("select column_name, record from raw.rejects")
    assert column == "hours"
    assert json.loads(record) == {"work_date": "2026-01-05", "activity": "review", "hours": "lots"}


def test_malformed_lines_are_rejected_by_position_and_hash_alone(make_house):
    house = make_house("fx_rates")
    house.land(
        "fx_rates/a.csv",
        (FX + good_rates(200) + "2026-01-02,EUR\n" + good_rates(1)).encode()
        + b"2026-01-02,\xe9,1\n2026-01-02,BAD,x\n"
        + good_rates(200).encode(),
    )
    house.night()
    rejects = house.query("select _row, column_name, reason, record from raw.rejects order by _row")
    assert [row[:3] for row in rejects] == [
        (202, None, "unreadable line: missing columns"),
        (204, None, "unreadable line: invalid encoding"),
        (205, "usd_per_unit", "not a number that fits decimal(18,9)"),
    ]
    assert [list(json.loads(row[3])) for row in rejects[:2]] == [["sha256"], ["sha256"]]
    assert house.query("select max(_row) from raw.fx_rates") == [(405,)]
    assert house.query("select rows_read, rows_loaded, rows_rejected from raw.files") == [
        (404, 401, 3)
    ]


def test_a_quote_that_swallows_lines_refuses_the_file(make_house):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX + good_rates(500) + '2026-01-02,"EUR,1\n' + good_rates(300))
    house.night()
    assert house.only_refusal().reason == "the quote opened in line 502 is not closed there"
    assert house.query("select count(*) from raw.fx_rates") == [(0,)]


def test_a_record_over_two_lines_with_a_wrong_number_of_fields_is_one_reject(make_house):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX + good_rates(200) + '2026-01-02,"E\nUR",1,2\n' + good_rates(9))
    house.night()
    assert house.query("select _row, reason from raw.rejects") == [
        (202, "unreadable line: too many columns")
    ]
    assert house.query("select rows_read, rows_loaded from raw.files") == [(210, 209)]


def test_too_many_rejects_refuse_the_file_and_leave_it(make_house):
    house = make_house("fx_rates")
    path = house.land("fx_rates/a.csv", FX + good_rates(97) + "x,EUR,1\n" * 2)
    house.land("fx_rates/b.csv", FX + "2026-05-01,EUR,1\n")
    house.night()
    refusal = house.only_refusal()
    assert refusal.file == "fx_rates/a.csv"
    assert refusal.reason == (
        "2 of 99 rows are rejected, above the limit of 1.00%; the first: row 99: rate_date: not a "
        "date of the years 1900 to 2200"
    )
    assert path.exists()
    assert house.query("select distinct _file from raw.fx_rates") == [("fx_rates/b.csv",)]
    assert house.query("select file, status, reason is null from raw.files order by file") == [
        ("fx_rates/a.csv", "refused", False),
        ("fx_rates/b.csv", "loaded", True),
    ]
    assert house.query("select count(*) from raw.rejects") == [(0,)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "it is empty: not even a header line"),
        ("a.csv", "a,b\n".encode("utf-16"), "it is UTF-16; write UTF-8"),
        ("a.csv", b"rate_date,currency\n", "required columns are missing: usd_per_unit"),
        (
            "a.csv",
            b"rate_date,currency,currency,usd_per_unit\n",
            "columns occur more than once: currency",
        ),
        ("a.csv.gz", gzip.compress((FX + good_rates(5000)).encode())[:500], "cannot be read"),
        (
            "a.csv.gz",
            gzip.compress((FX + good_rates(50)).encode())[:-8] + b"\0" * 8,
            "incorrect data check",
        ),
        (
            "a.csv",
            FX.encode() + b"2026-01-02,EUR,1\r\n2026-01-03,EUR,1\n",
            "its lines end in different ways",
        ),
        ("a.parquet", b"PAR1 no PAR1", "Parquet"),
        ("a.xlsx", b"PK", "its name matches none of"),
        ("a.csv", b"\n" + FX.encode(), "its first line is blank"),
        (
            "a.csv",
            FX.strip().encode() + b',"note\n2026-01-02,EUR,1,x\n',
            "its header goes over several lines; is a quote not closed?",
        ),
        (
            "a.csv",
            FX.strip().encode() + b",x" * 10_000 + b"\n",
            "it has 10003 columns, more than 10000",
        ),
    ],
)
def test_an_unusable_file_is_refused_alone(make_house, name, content, reason):
    house = make_house("fx_rates")
    house.land(f"fx_rates/{name}", content)
    house.land("fx_rates/good.csv", FX + "2026-05-01,EUR,1\n")
    house.night()
    assert reason in house.only_refusal().reason
    assert "\n" not in house.only_refusal().reason
    assert house.query("select count(*) from raw.fx_rates") == [(1,)]


def test_a_file_without_rows_loads_nothing_and_is_done(make_house):
    house = make_house("fx_rates")
    house.land("fx_rates/a.csv", FX)
    house.night()
    assert house.query("select status, rows_read from raw.files") == [("loaded", 0)]
    assert house.stage().files["fx_rates"] == []


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


@pytest.mark.parametrize("name", ["file_row_number", "FILE_INDEX"])
def test_a_parquet_column_that_hides_the_place_of_rows_refuses_the_file(make_house, name):
    house = make_house("fx_rates")
    house.land("fx_rates/a.parquet", parquet(RATES | {name: ["x"]}))
    house.land("fx_rates/good.parquet", parquet(RATES))
    house.night()
    assert house.only_refusal().reason == f"columns must not be called {name}"
    assert house.query("select count(*) from raw.fx_rates") == [(1,)]


def test_parquet_with_a_damaged_page_is_refused_alone(make_house):
    house = make_house("fx_rates")
    rates = {name: values * 500 for name, values in RATES.items()}
    content = bytearray(parquet(rates))
    # The header of the first page stands behind the four letters PAR1.
    content[4:40] = b"\xff" * 36
    house.land("fx_rates/a.parquet", bytes(content))
    house.land("fx_rates/good.parquet", parquet(RATES))
    house.night()
    assert house.only_refusal().file == "fx_rates/a.parquet"
    assert house.only_refusal().reason.startswith("it cannot be read: ")
    assert house.query("select count(*) from raw.fx_rates") == [(1,)]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_folders_named_like_partitions_add_nothing_to_the_rows(make_house, suffix):
    house = make_house("fx_rates")
    content = parquet(RATES) if suffix == "parquet" else (FX + "2026-01-02,EUR,1.08\n").encode()
    house.land(f"fx_rates/c1=USD/currency=GBP/a.{suffix}", content)
    house.night()
    assert house.query("select currency from raw.fx_rates") == [("EUR",)]


def test_one_of_many_unreadable_files_keeps_no_other_from_being_staged(make_house):
    house = make_house("fx_rates")
    for i in range(4):
        house.land(f"fx_rates/{i}.csv", FX + f"2026-01-02,C{i},1\n")
    house.land("fx_rates/mixed.csv", FX + "2026-01-02,EUR,1\r\n2026-01-03,EUR,1\n")
    house.night()
    assert house.only_refusal().file == "fx_rates/mixed.csv"
    assert house.query("select count(*) from raw.fx_rates") == [(4,)]
