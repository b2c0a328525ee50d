"""Files that mean harm: by name, by content, by what they lead to, and by what they unpack to.

What belongs here: that such files are loaded as what they say, or refused, and that nothing else is
read, written or run. What does not: accidents (test_bad_input.py).
"""

import gzip
import io
import json
import os
import random
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import ingest
from orchestration.as_published import as_published
from orchestration.assets.gates import way_out
from orchestration.content_hash import content_hash
from orchestration.decisions import SCHEMA
from orchestration.gates import Finding
from orchestration.ingest.packing import FREE_BYTES, verify
from orchestration.provenance import Provenance
from orchestration.publish import Comments, publish
from orchestration.run import name_run, open_run
from orchestration.settings import PROJECT
from tests.conftest import environment
from tests.ingest.conftest import LONG_AGO, House
from tests.torture import mutations
from tests.torture.caged import stage_in_a_cage
from tests.torture.conftest import tries
from tests.torture.test_bad_input import house_of, no_hang

RATES = "rate_date,currency,usd_per_unit\n"
HOURS = "worker_id,work_date,activity,hours\n"
SECRET = "what lies outside"
MB = 1 << 20
BOMB = "it unpacks to more than 100 times its size; if that is meant, land it plain"
HOSTILE = [
    "a'; drop table x; --", 'a"b', "$(touch pwned)", "`touch pwned`", "; touch pwned #", "| sh",
    "{{ ref }}", "{% do x %}", "a..%2f..%2fx", "a\\..\\x", "a[1]*?", "[!a]", "{a,b}", "~",
    "~root", "-rf", "--help", "%s%n", "s3:x", "file:", "http:", "a b", "\u202egnp", "\u00e9",
    "e\u0301", "\U0001f600", "=cmd|' /c calc'!A1", "x" * 240, "worker_id=1", "currency=GBP", "NULL",
    "con", "a\nb", "a\rb", "\x1b[2Jb", "a\u2028b",
]  # fmt: skip
UNSAYABLE = ["a\nb", "a\rb", "\x1b[2Jb", "a\u2028b"]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A company of exchange rates, and a working folder in which nothing may appear."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return house_of(tmp_path, "fx_rates")


def whole_night(house: House) -> ingest.Staging:
    """All that a night does with landing files before dbt."""
    with no_hang():
        staging = house.night()
        ingest.staged_views(house.settings, house.feeds, house.settings.data / "gate.duckdb")
    with duckdb.connect(str(house.settings.data / "gate.duckdb"), read_only=True) as connection:
        connection.execute("select * from landing.fx_rates, landing.files").fetchall()
    return staging


def test_hostile_names_are_names(house: House, tmp_path: Path, figure: Callable) -> None:
    content = {
        name: f"{RATES}2026-01-02,C{i:03d},1\n"
        for i, name in enumerate(
            f"fx_rates/{name}"
            for odd in HOSTILE
            for name in (f"{odd}.csv", f"{odd}.csv.gz", f"{odd[:200]}/a.csv")
        )
    }
    for name, text in content.items():
        packed = gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text
        house.land(name, packed)
    house.land("fx_rates/back\\slash[1].csv", RATES)
    raw = os.fsencode(house.settings.landing / "fx_rates") + b"/\xff.csv"
    Path(os.fsdecode(raw)).write_text(RATES)
    os.utime(raw, (LONG_AGO, LONG_AGO))
    staging = whole_night(house)
    loaded = set(house.query("select _file, currency from raw.fx_rates"))
    sayable = {n: text for n, text in content.items() if not any(odd in n for odd in UNSAYABLE)}
    expected = {(name, text.split(",")[-2]) for name, text in sayable.items()}
    number = len(content)
    figure("hostile names of landing files", number, number - len(expected ^ loaded))
    assert loaded == expected
    refused = {refusal.file: refusal.reason for refusal in staging.refusals}
    assert len(refused) == len(content) - len(sayable) + 2
    assert refused["fx_rates/\\udcff.csv"] == "its name is not UTF-8"
    assert refused["fx_rates/a\\nb.csv"] == "its name holds control characters"
    assert all(file.isprintable() for file in refused)
    assert untouched(tmp_path)


def test_hostile_headers_and_values_are_text(house: House, tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if text != "NULL" and "\r" not in text] + ["'); attach 'x'"]
    quoted = [f'"{text.replace(chr(34), 2 * chr(34))}"' for text in texts]
    rows = "".join(f"2026-01-02,{text},1{',x' * 3}\n" for text in quoted)
    odd = '"""; drop table typed; --","{{ config() }}",c0'
    house.land("fx_rates/a.csv", f"{RATES.strip()},{odd}\n{rows}")
    columns = {"rate_date": ["2026-01-02"], "currency": ["P"], "usd_per_unit": ["1"]}
    nested: pa.DataType = pa.int64()
    for _ in range(90):
        nested = pa.struct([("it's", nested)])
    deep = pa.array([None], nested)
    for i, name in enumerate(['"; drop table typed; --', "#1", "c0", "_no", "", "\u202e", "*"]):
        house.land(f"fx_rates/{i}.parquet", parquet(columns | {name: ["x"], "deep": deep}))
    for _ in range(110):
        nested = pa.struct([("it's", nested)])
    house.land("fx_rates/deeper.parquet", parquet(columns | {"deep": pa.array([None], nested)}))
    [refusal] = whole_night(house).refusals
    assert "too deeply nested" in refusal.reason
    kept = house.query("select currency from raw.fx_rates where _file like '%.csv'")
    assert sorted(text for (text,) in kept) == sorted(
        text.strip() for text in texts if text != "NULL"
    )
    assert house.query("select count(*) from raw.fx_rates where currency = 'P'") == [(7,)]
    assert untouched(tmp_path)


def test_what_only_leads_elsewhere_is_not_followed(house: House, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(f"{RATES}2026-01-02,{SECRET},1\n")
    folder = house.land("fx_rates/good.csv", f"{RATES}2026-01-02,EUR,1\n").parent
    (folder / "file.csv").symlink_to(outside / "secret.csv")
    (folder / "folder").symlink_to(outside)
    (folder / "up").symlink_to("../../..")
    (folder / "loop").symlink_to(folder)
    (folder / "broken.csv").symlink_to(outside / "nothing.csv")
    (folder / "self.csv").symlink_to("self.csv")
    (folder / "device.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket.csv"))
        staging = whole_night(house)
    refused = {refusal.file: refusal.reason for refusal in staging.refusals}
    assert refused == {
        f"fx_rates/{name}.csv": "it cannot be read: it is not a regular file"
        for name in ("pipe", "socket")
    }
    assert house.query("select currency from raw.fx_rates") == [("EUR",)]
    shutil.rmtree(house.settings.landing)
    written = [path for path in house.settings.data.rglob("*") if path.is_file()]
    assert not [path for path in written if SECRET.encode() in path.read_bytes()]
    assert untouched(tmp_path, "outside")


def test_a_feed_that_is_a_link_is_not_followed(house: House, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.csv").write_text(f"{RATES}2026-01-02,{SECRET},1\n")
    house.settings.landing.mkdir(parents=True)
    (house.settings.landing / "fx_rates").symlink_to(tmp_path / "outside")
    assert whole_night(house).files == {"fx_rates": []}


def test_a_suffix_that_lies_is_refused(house: House) -> None:
    table = parquet({"rate_date": ["2026-01-02"], "currency": ["A"], "usd_per_unit": ["1"]})
    text = f"{RATES}2026-01-02,B,1\n".encode()
    for name, content in {
        "a.csv": table, "b.parquet": text, "c.csv.gz": text, "d.csv.zst": gzip.compress(text),
        "e.csv": gzip.compress(text), "f.parquet": b"PAR1" * 9, "g.csv": b"SQLite format 3\0" * 99,
        "h.csv.gz": table,
    }.items():  # fmt: skip
        house.land(f"fx_rates/{name}", content)
    staging = whole_night(house)
    assert len(staging.refusals) == 8
    assert all("\n" not in refusal.reason for refusal in staging.refusals)
    assert house.query("select count(*) from raw.fx_rates") == [(0,)]


def parquet(columns: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def untouched(folder: Path, *others: str) -> bool:
    """Whether nothing appeared beside the data folder."""
    named = {"data", "elsewhere", *others}
    return {path.name for path in folder.iterdir()} == named and not any(
        (folder / "elsewhere").iterdir()
    )


def packed_bombs(times: int) -> dict[str, bytes]:
    """Some KB or MB each, that would unpack to so many GB. Where one packed member ends, readers
    go on with the next."""
    rows = ("w,2026-01-05,review,1\n" * 400_000).encode()
    head, gz, zst = HOURS.encode(), gzip.compress, partial(pa.compress, codec="zstd", asbytes=True)
    line, empty = gz(b"x" * 32 * MB), b"{}\n" * MB
    return {
        "timesheets/rows.csv.gz": gz(head) + gz(rows) * 128 * times,
        "timesheets/rows.csv.zst": zst(head) + zst(rows) * 128 * times,
        "timesheets/line.csv.gz": gz(head) + line * 32 * times,
        "openai_usage/line.json.gz": gz(b'{"data": [{"start_time": "') + line * 32 * times,
        "openai_usage/lines.jsonl.gz": gz(empty) * 320 * times,
        "otlp_traces/lines.jsonl.zst": zst(empty) * 320 * times,
    }


def parquet_bombs() -> dict[str, bytes]:
    """Some KB each: twenty million rows, a terabyte of one text repeated, a page of 100 MB."""
    one = {"worker_id": ["w"], "work_date": ["2026-01-05"], "activity": ["x"], "hours": ["1"]}

    def repeated(text: str, rows: int) -> bytes:
        zeros = np.zeros(rows, "int32")
        told = (one | {"activity": [text]}).items()
        return parquet({n: pa.DictionaryArray.from_arrays(zeros, pa.array(t)) for n, t in told})

    page = io.BytesIO()
    long = pa.table(one | {"activity": ["x" * 100 * MB]})
    pq.write_table(long, page, compression="zstd", use_dictionary=False)
    return {
        "timesheets/rows.parquet": repeated("x", 20_000_000),
        "timesheets/text.parquet": repeated("x" * MB, 1_000_000),
        "timesheets/page.parquet": page.getvalue(),
    }


def test_bombs_are_refused_before_they_go_off(tmp_path: Path, figure: Callable) -> None:
    house = house_of(tmp_path, "timesheets", "openai_usage", "otlp_traces")
    dangerous = packed_bombs(tries(1, 10)) | parquet_bombs()
    for name, content in dangerous.items():
        house.land(name, content)
    house.land("timesheets/good.csv", f"{HOURS}w,2026-01-05,review,1\n")
    told = stage_in_a_cage(house)
    refused = [name for name in dangerous if told.fates[name] == [BOMB]]
    figure("bombs in landing files", len(dangerous), len(refused))
    assert refused == list(dangerous), told.fates
    assert told.fates.keys() == {*dangerous, "timesheets/good.csv"}
    assert told.fates["timesheets/good.csv"][:2] == [1, 1]
    assert told.peak < 700


@pytest.mark.parametrize("suffix", ["csv.gz", "csv.zst"])
def test_what_repeats_itself_honestly_is_no_bomb(tmp_path: Path, suffix: str) -> None:
    rows = "".join(f"{i:07d},{i % 7},2026-01-02,review,1\n" for i in range(300_000)).encode()
    pack = (
        partial(gzip.compress, compresslevel=6)
        if suffix == "csv.gz"
        else partial(pa.compress, codec="zstd", asbytes=True)
    )
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(pack(rows) * 9)
    assert len(rows) * 9 > FREE_BYTES
    verify(path)


def test_damaged_descriptions_of_parquet_bring_nothing_down(
    tmp_path: Path, figure: Callable
) -> None:
    """Bytes flipped where a Parquet file says what it holds: counts, sizes, places, types."""
    house = house_of(tmp_path, "hr_positions", reject_limit=0.6)
    rng = random.Random("parquet")
    number = tries(40, 1_500)
    for i in range(number):
        table = mutations.hr_positions(rng)
        columns = zip(table.header, zip(*table.rows, strict=True), strict=True)
        content = bytearray(parquet(dict(columns)))
        length = int.from_bytes(content[-8:-4], "little")
        for _ in range(rng.choice([1, 1, 2, 4])):
            content[-8 - rng.randint(1, length)] = rng.randrange(256)
        house.land(f"hr_positions/{i}.parquet", bytes(content))
    told = stage_in_a_cage(house)
    figure("damaged descriptions of Parquet files", number, len(told.fates))
    assert len(told.fates) == number
    assert all(len(fate) == 1 or fate[0] == fate[1] + fate[2] for fate in told.fates.values())


def test_nothing_outside_the_landing_folder_is_withdrawn(house: House, tmp_path: Path) -> None:
    house.land("fx_rates/a.csv", f"{RATES}2026-01-02,EUR,1\n")
    (house.settings.data / "outside.csv").write_text(RATES)
    whole_night(house)
    for name in [
        "fx_rates/../../outside.csv", "fx_rates/../fx_rates/../../outside.csv", "../outside.csv",
        "", "..", "/etc/passwd", "fx_rates", "other/a.csv", "$(touch pwned)", "fx_rates/\udcff",
        str(house.settings.landing / "fx_rates/../../outside.csv"),
    ]:  # fmt: skip
        with pytest.raises(ingest.WithdrawalError):
            ingest.withdraw(house.settings, house.feeds, name, "retracted")
    ingest.register(house.settings, house.feeds, lambda: house.at)
    assert house.query("select file, status from raw.files") == [("fx_rates/a.csv", "loaded")]
    assert untouched(tmp_path)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in UNSAYABLE])
def test_the_way_out_can_be_pasted_into_a_shell(name: str) -> None:
    file = f"fx_rates/{name}.csv"
    finding = Finding(**{field: None for field in Finding.__dataclass_fields__})
    told = way_out([replace(finding, sample=json.dumps([{"_file": file}]))])
    line = told[told.index("make retract") : told.index(" removes what")]
    assert shlex.split(line) == ["make", "retract", f"FILE={file}"]


def test_make_hands_a_name_on_as_it_is(tmp_path: Path) -> None:
    pwned = tmp_path / "pwned"
    name = f"fx_rates/$(shell touch {pwned})`touch {pwned}`\"; touch {pwned}; '$HOME$$.csv"
    made = subprocess.run(
        ["make", "-o", ".venv/.ready", "-o", "target/manifest.json", "quarantine", f"FILE={name}"],
        cwd=PROJECT,
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"neither the landing folder nor the lake holds {name}\n" in made.stderr
    assert not pwned.exists()


def test_no_spreadsheet_runs_what_is_published(house: House) -> None:
    texts = {
        "=cmd|' /c calc'!A1": "'=cmd|' /c calc'!A1", "@SUM(A1)": "'@SUM(A1)", "+1+1": "'+1+1",
        "-1-1": "'-1-1", "\t=1": "'\t=1", "\r=1": "'\r=1", "=a\nb": "'=a\nb", "-": "'-",
        "-1": "-1", "+1.5e3": "+1.5e3", "-.5": "-.5", "a=1": "a=1", "'=1": "'=1", "": "",
    }  # fmt: skip
    settings = house.settings
    values = ", ".join("(" + "'" + text.replace("'", "''") + "', 1)" for text in texts)
    settings.data.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema core")
        for table in ("dim_events", "fct_events"):
            connection.execute(f"create table core.{table} as from (values {values}) t (title, n)")
    comments = {f"core.{table}": Comments("x", {}) for table in ("dim_events", "fct_events")}
    run = name_run(settings, datetime(2026, 6, 29, 2, tzinfo=UTC), "12345678")
    open_run(settings, run)
    provenance = Provenance(date(2026, 6, 28), "abc", {}, [])
    published = publish(settings, run, provenance, comments, SCHEMA.empty_table())
    with duckdb.connect(str(published.path), read_only=True) as connection:
        told = connection.execute("select title from core.dim_events").fetchall()
        joined = "from core.dim_events join core.fct_events using (title)"
        assert {title for (title,) in told} == set(texts.values())
        assert connection.execute(f"select count(*) {joined}").fetchall() == [(len(texts),)]
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        mart = as_published(connection, "core.dim_events")
        connection.execute(f"create temp view made as {mart}")
        assert content_hash(connection, "made") == published.marts["core.dim_events"].content_hash
