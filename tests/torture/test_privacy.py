"""Nothing personal is written anywhere but where it landed.

The nights run over files with marks in every place where something personal may stand: one that the
gate over staging stops and, in the heavy size, one that is published and one that the landing gate
stops. Then every byte that they wrote and said is searched, packed ones unpacked.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import pytest

from orchestration import dbt, ingest
from orchestration.ingest import lake
from orchestration.ingest.persons import key_of
from orchestration.settings import read_settings
from tests.conftest import Figure, Night, run_night, set_environment, settle
from tests.receiver import receiving
from tests.torture.conftest import IS_HEAVY
from tests.torture.planting import PREFIX, Marks, plant
from tests.torture.search import written

SCALE, SINCE = 0.02, "2026-05-24"
MARK = re.compile(rf"{PREFIX}(\d+)".encode(), re.IGNORECASE)
KEY = re.compile(rb"[0-9a-f]{64}")
# What lies below these carries not even the keys of persons.
KEYLESS = ("published", "runs", "outbox", "dagster", "output")


def in_base64(text: bytes) -> Iterator[bytes]:
    """What a text looks like inside base64, at each of its three places."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + text)
        yield coded[-(-8 * shift // 6) : (8 * (shift + len(text))) // 6]


ENCODED = [
    *(PREFIX.encode(coding) for coding in ("utf-16-le", "utf-16-be")),
    PREFIX.encode().hex().encode(),
    PREFIX.encode().hex().upper().encode(),
    "".join(f"\\u{ord(letter):04x}" for letter in PREFIX).encode(),
    *in_base64(PREFIX.encode()),
]


@dataclass(frozen=True)
class House:
    """A data folder, where Dagster keeps its records, and what the nights said."""

    data: Path
    dagster: Path
    nights: list[Night]

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Every file that is not a landing file, raw and unpacked, by its path."""
        for folder, prefix in ((self.data, ""), (self.dagster, "dagster/")):
            for name, part in written(folder):
                yield prefix + name, part
        for number, night in enumerate(self.nights):
            yield f"output/{number}", night.output.encode()


def manifests(data: Path) -> Iterator[tuple[str, bytes]]:
    """What Iceberg's packed manifests tell of the lake's files, bounds of columns included."""
    with lake.open_catalog(read_settings()) as catalog:
        for name in catalog.list_tables("raw"):
            table = catalog.load_table(name)
            told = table.inspect.all_files().to_pylist()
            yield f"lake manifests of {'.'.join(name)}", repr(told).encode()


def found(parts: Iterable[tuple[str, bytes]], keys: dict[bytes, str]) -> set[tuple[str, str]]:
    """Which marks stand where, and which keys where none may be.

    Of a mark in another coding the coding is told.
    """
    places = set()
    for name, content in parts:
        places |= {(f"{PREFIX}{m[1].decode()}", name) for m in MARK.finditer(content)}
        places |= {(coded.decode("latin-1"), name) for coded in ENCODED if coded in content}
        if name.startswith(KEYLESS):
            told = set(KEY.findall(content)) & keys.keys()
            places |= {(f"the key of {keys[key]}", name) for key in told}
    return places


def refused(data: Path, marks: Marks) -> list[Path]:
    """Land files that are refused whole, each for another reason."""
    person, mail, text = marks.person, marks.mail, marks.text
    header = "review_id,work_item_id,agent_id,reviewer_id,reviewed_at,selection,verdict"
    contents = {
        "timesheets/header.csv": (
            f"{text('in a header')},{mail('in a header')},{person('in a header')}\n1,2,3\n"
        ),
        "survey_responses/twice.csv": (
            "response_id,survey_id,question,responded_at,score,score,"
            f"{mail('a column twice')}\nr,s,nps,2026-06-01,9,9,x\n"
        ),
        "agent_reviews/first_row.csv": (
            f"{header},email\nr,w,a,{person('first row')},never,random,accept,{mail('first row')}\n"
        ),
        "agent_reviews/shifted.csv": (
            f"{header}\nr,w,a,2026-06-01,{person('a shifted row')},random,accept\n"
        ),
        "agent_reviews/quote.csv": f'{header}\nr,w,a,"{text("an open quote")},random\n',
        "agent_reviews/latin.csv": f"{header}\nr,w,a,Zo\xeb {mail('not UTF-8')},x,y\n".encode(
            "latin-1"
        ),
        "hr_positions/utf16.csv": f"worker_id\n{person('UTF-16')}\n".encode("utf-16"),
        "predictions/garbage.parquet": f"PAR1 {mail('no Parquet')} PAR1".encode(),
        "work_items/garbage.csv.gz": f"{mail('no gzip')}".encode(),
        "otlp_traces/broken.json": f'{{"resourceSpans": [{{"user": "{person("cut off")}"\n',
        "otlp_logs/misshapen.json": f'{{"resourceLogs": "{mail("text for a list")}"}}\n',
        "openai_usage/misshapen.json": f'{{"data": "{mail("text for buckets")}"}}\n',
        "langfuse/incomplete.jsonl": (
            f'{{"userId": "{person("no time")}", "input": "{mail("no time")}"}}\n'
        ),
    }
    files = []
    for name, content in contents.items():
        file = data / "landing" / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        files.append(file)
    return files


def long_days(data: Path, marks: Marks) -> None:
    """Land people with days of 30 hours, which the gate over staging does not let pass."""
    head = "worker_id,work_date,activity,workflow_id,hours,comment\n"
    days = [
        f"{person},2026-06-01,{activity},refunds,15,{marks.text('days of 30 hours')}\n"
        for person in (marks.person("days of 30 hours") for _ in range(3))
        for activity in ("production", "rework")
    ]
    text = head + "".join(line.replace('"', "'") for line in days)
    (data / "landing" / "timesheets" / "long_days.csv").write_text(text, encoding="utf-8")


def test_nothing_personal_is_anywhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    figure: Figure,
) -> None:
    data, marks, nights = tmp_path / "data", Marks(), []
    set_environment(monkeypatch, data)
    feeds = ingest.load_feeds(dbt.prepare_manifest(dbt.dbt_project()))
    house = House(data, tmp_path / "dagster", nights)
    house.dagster.mkdir()
    plant(data, feeds, marks, SCALE, SINCE)

    with receiving() as receiver:
        receiver.answers = repeat(404)

        def night() -> Night:
            settle(data)
            return run_night(
                data, DAGSTER_HOME=str(house.dagster), OUTTURN_WEBHOOK_URL=receiver.url
            )

        if IS_HEAVY:
            nights.append(night())
            files = refused(data, marks)
            nights.append(night())
            assert f"failed, {len(files)} rows" in nights[-1].output, nights[-1].output
            for file in files:
                file.unlink()
        long_days(data, marks)
        nights.append(night())
        assert "hours_of_one_person = 30" in nights[-1].output, nights[-1].output
    told = capfd.readouterr()
    nights.append(Night(0, told.out + told.err))

    codes = [0, 1, 1, 0] if IS_HEAVY else [1, 0]
    assert [night.code for night in nights] == codes, [n.output for n in nights]
    assert list((data / "outbox").glob("*.json"))
    keys = {
        key_of(read_settings().person_keys, person).encode(): marks.places[person]
        for person in marks.persons
    }
    parts = [*house.written(), *manifests(data)]
    assert any(key in content for _, content in parts for key in keys), "people are in the lake"
    hits = found(parts, keys)
    leaked = {(marks.places.get(mark, mark), where) for mark, where in hits}
    told_of = {mark for mark, _ in hits}
    figure(
        f"personal texts, in none of {len(parts):,} places",
        len(marks.places),
        len(marks.places) - len(told_of),
    )
    assert leaked == set()


@pytest.mark.parametrize("shift", range(3))
def test_no_coding_hides_a_mark(shift: int) -> None:
    text = "x" * shift + f'"{PREFIX}0001@example.org"'
    contents = [
        text.encode(),
        text.upper().encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode().hex().encode(),
        base64.b64encode(text.encode()),
        "".join(f"\\u{ord(letter):04x}" for letter in text).encode(),
    ]
    assert all(found([("here", content)], {}) for content in contents)
    assert not found([("here", b"zqx mark 7"), ("published/a", b"0" * 64)], {b"1" * 64: "somebody"})
    assert found([("published/a", b"1" * 64)], {b"1" * 64: "somebody"})
