"""Forgotten people are nowhere, also when their files land again, and no total moves."""

import csv
import random
from datetime import date
from pathlib import Path

import pytest

from demo.company import write
from orchestration import ingest
from orchestration.ingest.persons import key_of
from tests.conftest import Figure
from tests.nights.company import Company
from tests.torture.conftest import IS_HEAVY, tries
from tests.torture.landing import land
from tests.torture.search import holding

PEOPLE = tries(3, 20)
# In the short size, marts in which people's hours, pay, teams, reviews and answers meet.
SOME = ("+kpi_savings_monthly", "+kpi_value_chain_weekly", "+kpi_trust_quarterly")


@pytest.fixture
def company(tmp_path: Path, kept_environment: None) -> Company:
    """A demo company that has not had a night yet."""
    select = () if IS_HEAVY else SOME
    company = Company(tmp_path / "data", tmp_path / "target", select=select)
    write(company.data, seed=7, scale=0.05, until=date(2026, 6, 20))
    company.parse()
    return company


def people(company: Company) -> list[str]:
    """Some of those whom HR names."""
    files = sorted((company.data / "landing" / "hr_positions").rglob("*.csv"))
    ids = {row["worker_id"] for file in files for row in csv.DictReader(file.open())}
    return random.Random(11).sample(sorted(ids), PEOPLE)


def turned(content: str, is_table: bool) -> str:
    """The same rows in the other order: other content, which replaces what the name brought."""
    rows = content.splitlines(keepends=True)
    head = rows.pop(0) if is_table else ""
    return head + "".join(reversed(rows))


def test_nobody_is_left_and_nothing_changes(company: Company, figure: Figure) -> None:
    marts = company.night()
    chosen = people(company)
    keys = {person: key_of(company.settings.person_keys, person) for person in chosen}
    assert {key for _, key in holding(company.data, *keys.values())} == set(keys.values())

    for person in chosen:
        ingest.forget(company.settings, person)
    assert holding(company.data, *keys.values()) == set()

    named = {
        file
        for person in chosen
        for file in ingest.landing_files_naming(company.settings, company.feeds, person).naming
    }
    assert len(named) > len(chosen)
    for file in named:
        path = company.data / "landing" / file
        if path.suffix in {".csv", ".json", ".jsonl"}:
            land(path, turned(path.read_text(), path.suffix == ".csv").encode())
    assert company.night() == marts
    left = holding(company.data, *keys.values())
    found = {key for _, key in left}
    figure("people forgotten, their files landed again", PEOPLE, PEOPLE - len(found))
    assert left == set()
