"""It does not matter how often, or in which order, the files of a feed land.

One company lands everything in one night and all of it again; the other lands a few files at a
time, the newest of each feed first. Every mart of both has the same content.
"""

import os
import shutil
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path

import pytest

from demo.company import write
from tests.nights.company import Company

# The demo lands a file a day from 2026-06-15 on, beside the history before.
LAST_NIGHT = date(2026, 6, 17)
ROUNDS = 5


@pytest.fixture(scope="module")
def companies(
    tmp_path_factory: pytest.TempPathFactory, kept_environment: None
) -> tuple[Company, Company]:
    """A company after its night, and another of the same files to which nothing landed yet."""
    folder = tmp_path_factory.mktemp("orders")
    forward = Company(folder / "forward", folder / "target")
    backward = Company(folder / "backward", folder / "target")
    write(forward.data, seed=7, scale=0.05, until=LAST_NIGHT)
    shutil.copytree(forward.data / "landing", folder / "files")
    forward.parse()
    backward.parse()
    forward.night()
    return forward, backward


def contents(company: Company) -> dict[str, list[tuple]]:
    """Rows and files of each feed, as the lake holds them."""
    return {
        feed: company.rows(
            f"select _file, count(*), max(_row) from raw.{feed} group by 1 order by 1"
        )
        for feed in company.feeds
    }


def files_by_feed(folder: Path) -> dict[str, list[Path]]:
    """The landing files of each feed, in the order of their names."""
    return {
        feed.name: sorted(path for path in feed.rglob("*") if path.is_file())
        for feed in sorted(folder.iterdir())
    }


def in_rounds(files: list[Path]) -> list[list[Path]]:
    """The files in their order, a share of them each round."""
    size = -(-len(files) // ROUNDS)
    return [files[i : i + size] for i in range(0, len(files), size)]


def test_every_declared_feed_lands(companies: tuple[Company, Company]) -> None:
    company, _ = companies
    assert set(files_by_feed(company.data / "landing")) == set(company.feeds)


def test_files_that_land_twice_change_no_mart(companies: tuple[Company, Company]) -> None:
    company, _ = companies
    marts, lake = company.hashes(), contents(company)
    for feed, files in files_by_feed(company.data / "landing").items():
        for file in files:
            copy = company.data / "landing" / feed / "again" / file.name
            copy.parent.mkdir(exist_ok=True)
            shutil.copy2(file, copy)

    assert company.night() == marts
    assert contents(company) == lake


def test_files_that_land_in_another_order_change_no_mart(
    companies: tuple[Company, Company],
) -> None:
    forward, backward = companies
    files = files_by_feed(forward.data.parent / "files")
    rounds = zip_longest(*(in_rounds(of_feed[::-1]) for of_feed in files.values()), fillvalue=[])
    for landed in rounds:
        for file in chain.from_iterable(landed):
            target = backward.data / "landing" / file.relative_to(forward.data.parent / "files")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
            os.utime(target, (1, 1))
        backward.ingest()

    assert backward.night() == forward.hashes()
