"""CSV and Parquet that do not load: rejected rows, refused files."""

import gzip
import json

import pytest

from tests.ingest.files import FX, RATES, good_rates, parquet


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


def test_one_of_many_unreadable_files_keeps_no_other_from_being_staged(make_house):
    house = make_house("fx_rates")
    for i in range(4):
        house.land(f"fx_rates/{i}.csv", FX + f"2026-01-02,C{i},1\n")
    house.land("fx_rates/mixed.csv", FX + "2026-01-02,EUR,1\r\n2026-01-03,EUR,1\n")
    house.night()
    assert house.only_refusal().file == "fx_rates/mixed.csv"
    assert house.query("select count(*) from raw.fx_rates") == [(4,)]
