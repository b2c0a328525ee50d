"""Whatever happens to landing files between nights, the end is that of one fresh build.

What is dropped late, dropped twice, renamed, corrected, retracted or expired, with nights and
compactions in between, leaves the lake and the marts of a company to which only those files landed
that were neither replaced nor retracted, all at once.
"""

import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from demo.company import write
from orchestration import ingest
from orchestration.ingest import upkeep
from orchestration.settings import PROJECT, Settings
from tests.conftest import Figure
from tests.ingest.conftest import KEY, House, lines, manifest_of, request, span
from tests.nights.company import Company
from tests.torture.conftest import IS_HEAVY, tries
from tests.torture.landing import SEQUENCES, Landing, contents, land

FEEDS = ("timesheets", "work_items", "fx_rates", "otlp_traces")
UNTIL = date(2026, 6, 20)
DAY = date(2026, 3, 1)
# A life in which everything happens: two files in three land late, one is expired at once.
LIFE = [
    ("drop", 1), ("night", 0), ("correct", 5), ("repeat", 8), ("drop", 2), ("rename", 9),
    ("night", 0), ("retract", 3), ("correct", 11), ("correct", 12), ("drop", 4), ("expire", 6),
    ("expire", 7), ("compact", 0), ("correct", 20), ("retract", 21), ("drop", 5),
]  # fmt: skip


def small_files() -> dict[str, bytes]:
    """Four feeds with a file a day, each key in one file only."""
    files: dict[str, str] = {}
    for number in range(5):
        day = DAY + timedelta(days=number)
        tables = {
            "timesheets": (
                "worker_id,work_date,activity,workflow_id,hours",
                [f"p{i},{day},production,refunds,{i + number}" for i in range(4)],
            ),
            "fx_rates": (
                "rate_date,currency,usd_per_unit",
                [f"{day},C{i},1.{number}" for i in range(3)],
            ),
            "work_items": (
                "work_item_id,workflow_id,opened_at,updated_at,status,handled_by",
                [f"w{i},refunds,{DAY},{day},open,human" for i in range(number, number + 3)],
            ),
        }
        for feed, (header, rows) in tables.items():
            files[f"{feed}/{day}.csv"] = "".join(f"{row}\n" for row in (header, *rows))
        spans = [span(traceId=f"{number * 10 + i + 1:032x}") for i in range(3)]
        files[f"otlp_traces/{day}.json"] = lines(*(request(one) for one in spans))
    return {name: text.encode() for name, text in files.items()}


def live(
    landing: Landing,
    sequence: Sequence[tuple[str, int]],
    night: Callable[[], object],
    withdraw: Callable[[str], object],
) -> None:
    """Let a sequence happen, and close with a night. night: loads what lies there."""
    with pytest.MonkeyPatch.context() as patch:
        for what, number in [*sequence, ("night", 0)]:
            if what in ("night", "compact"):
                patch.setattr(upkeep, "SMALL_FILES", 2 if what == "compact" else 8)
                night()
                landing.seen()
            else:
                landing.happen(what, number, withdraw)


def rows(house: House) -> dict[str, list[tuple]]:
    """What the lake holds of each feed, the time of loading and the name that brought it apart."""
    return {
        feed: house.query(f"select * exclude (_file, _loaded_at) from raw.{feed} order by all")
        for feed in house.feeds
    }


def hold(
    figure: Figure,
    what: str,
    examples: int,
    is_equal: Callable[[Sequence[tuple[str, int]]], bool],
) -> None:
    """Assert that whatever sequence happens ends equal; the first is a life of everything."""
    tried = survived = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @example(LIFE)
    @given(SEQUENCES)
    def whatever_happens(sequence: list[tuple[str, int]]) -> None:
        nonlocal tried, survived
        tried += 1
        assert is_equal(sequence)
        survived += 1

    try:
        whatever_happens()
    finally:
        figure(what, tried, survived)


def test_the_lake_is_that_of_files_that_landed_once(tmp_path: Path, figure: Figure) -> None:
    declared = ingest.load_feeds(manifest_of(PROJECT.glob("models/staging/*/*__sources.yml")))
    work = Settings(
        data=tmp_path / "data", as_of=None, person_key=KEY, memory_limit="1GB", threads=2
    )
    house = House(work, {name: declared[name] for name in FEEDS})

    def withdraw(name: str) -> None:
        ingest.withdraw(house.settings, house.feeds, name, "retracted", lambda: house.at)

    def is_equal(sequence: Sequence[tuple[str, int]]) -> bool:
        shutil.rmtree(house.settings.data, ignore_errors=True)
        landing = Landing(house.settings.landing, small_files(), share=0.3)
        live(landing, sequence, house.night, withdraw)
        lived = rows(house)
        shutil.rmtree(house.settings.data)
        for name, content in contents(landing.held).items():
            land(house.settings.landing / name, content)
        house.night()
        return lived == rows(house)

    hold(figure, "sequences of landings, in the lake", tries(5, 40), is_equal)


@pytest.fixture
def company(tmp_path: Path, kept_environment: None) -> Company:
    """A demo company to which nothing landed yet; its files are in the folder kept."""
    company = Company(tmp_path / "data", tmp_path / "target")
    write(company.data, seed=7, scale=0.05, until=UNTIL)
    (company.data / "landing").rename(tmp_path / "kept")
    company.parse()
    return company


@pytest.mark.skipif(not IS_HEAVY, reason="two builds of all marts each: make torture has them")
def test_the_marts_are_those_of_one_fresh_build(
    company: Company, tmp_path: Path, figure: Figure
) -> None:
    kept = tmp_path / "kept"
    files = {
        path.relative_to(kept).as_posix(): path.read_bytes()
        for path in sorted(kept.rglob("*"))
        if path.is_file()
    }

    def withdraw(name: str) -> None:
        ingest.withdraw(company.settings, company.feeds, name, "retracted")

    def is_equal(sequence: Sequence[tuple[str, int]]) -> bool:
        shutil.rmtree(company.data)
        landing = Landing(company.data / "landing", dict(files), share=0.4)
        # Of the nights only every third is whole: the others but load.
        nights = cycle([company.ingest, company.ingest, company.night])
        live(landing, sequence, lambda: next(nights)(), withdraw)
        lived = company.night()
        shutil.rmtree(company.data)
        for name, content in contents(landing.held).items():
            land(company.data / "landing" / name, content)
        return lived == company.night()

    hold(figure, "sequences of landings, in the marts", 2, is_equal)
