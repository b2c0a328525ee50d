"""Every command of docs/operations.md, in the order of the guide, in one company's data folder.

What belongs here: setting the stage for a section, and what its commands must have done. What does
not: the commands; they are read from the guide.

The tests run in the order they stand in, and the last sees that no command was left out.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.conftest import Figure, environment, run_night, settle
from tests.receiver import Receiver, receiving

HEADING_OR_COMMANDS = re.compile(r"^## (.+?)$|^```sh\n(.+?)^```$", re.MULTILINE | re.DOTALL)
TIMESHEETS = "worker_id,work_date,activity,workflow_id,hours\n"
ITEMS = (
    "work_item_id,workflow_id,opened_at,first_closed_at,resolved_at,updated_at,status,handled_by,"
    "worker_id\n"
)
ITEM = (
    "{item},refunds,{day}T10:00:00Z,{closed}T12:00:00Z,{day}T12:00:00Z,{day}T12:00:00Z,resolved,"
    "human,W000001\n"
)


def read_guide() -> dict[str, str]:
    """The commands of each section that has any, by its heading."""
    sections: dict[str, str] = {}
    guide = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    for heading, commands in HEADING_OR_COMMANDS.findall(guide):
        if heading:
            section = heading
        else:
            sections[section] = sections.get(section, "") + commands
    return sections


GUIDE = read_guide()


@dataclass
class House:
    """A company's data folder, whoever operates it, and which sections they followed.

    variables: what the night's environment says beside the data folder.
    """

    data: Path
    variables: dict[str, str]
    followed: set[str] = field(default_factory=set)

    def follow(self, section: str) -> str:
        """Run a section's commands; what they printed."""
        self.followed.add(section)
        done = self.run(GUIDE[section])
        assert done.returncode == 0, f"{section}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def run(self, commands: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=PROJECT,
            env=environment(self.data) | self.variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def land(self, name: str, text: str) -> None:
        file = self.data / "landing" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        settle(self.data)

    def fail(self) -> str:
        """A night that must fail; what it said."""
        night = run_night(self.data, **self.variables)
        assert night.code == 1, night.output
        return night.output

    def ask(self, query: str) -> list[object]:
        """The first column of what a query of the marts answers."""
        marts = self.data / "published" / "marts.duckdb"
        with duckdb.connect(str(marts), read_only=True) as connection:
            return [row[0] for row in connection.execute(query).fetchall()]


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> House:
    folder = tmp_path_factory.mktemp("operated")
    (folder / ".dagster").mkdir()
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", folder / ".dagster")
    variables = {
        "OUTTURN_PERSON_KEY": "the old one",
        "OUTTURN_WEBHOOK_URL": receiver.url,
        "OLD_KEY": "the old one",
        "NEW_KEY": "the new one",
        "BACKUP": str(folder / "backup.tar.gz"),
        "NEW_PLACE": str(folder / "moved"),
        "DAGSTER_HOME": str(folder / ".dagster"),
        # No command may build an environment.
        "PYTHON": "false",
    }
    return House(folder / "data", variables)


def test_the_landing_gate(house: House, receiver: Receiver) -> None:
    hours = "W000001,2026-06-01,production,refunds,4\n"
    house.land("timesheets/good.csv", TIMESHEETS + hours)
    for number, day in enumerate(("2026-05-01", "2026-05-02", "2026-06-01"), start=1):
        text = ITEMS + ITEM.format(item=f"item-{number}", day=day, closed=day)
        house.land(f"work_items/{day}.csv", text)
    house.land("timesheets/bad-columns.csv", "worker_id,work_date\nW000001,2026-05-02\n")
    receiver.answers = iter([404] * 10)
    house.fail()

    why = house.follow("Why a night failed")
    assert "timesheets/bad-columns.csv" in why
    assert "A refused file is missing from every number" in why
    house.follow("The landing gate stopped the night")


def test_the_staging_and_the_marts_gate(house: House) -> None:
    row = "W000001,2026-05-02,{},refunds,15\n"
    twice = TIMESHEETS + row.format("production") + row.format("rework")
    house.land("timesheets/told-twice.csv", twice)
    swapped = ITEM.format(item="item-4", day="2026-05-03", closed="2026-04-03")
    house.land("work_items/swapped-times.csv", ITEMS + swapped)
    assert "No day has more than 24 hours" in house.fail()

    house.follow("The staging gate stopped the night")
    house.follow("The marts gate stopped the night")


def test_a_machine_too_small(house: House) -> None:
    assert "lake" in house.follow("The disk is full")
    assert not (house.data / "warehouse.duckdb").exists()
    assert not (house.data / "staged").exists()
    house.follow("Memory")


def test_alerts(house: House, receiver: Receiver) -> None:
    waiting = {file.stem for file in (house.data / "outbox").glob("*.json")}
    assert len(waiting) == 2, "of two failed nights, to a receiver that was not there"
    receiver.answers = iter(())
    shown = house.follow("Alerts do not arrive")
    assert all(alert in shown for alert in waiting)
    assert receiver.ids == ["a test"]


def test_back_up_and_restore(house: House) -> None:
    house.follow("Back up")
    shutil.rmtree(house.data)
    house.follow("Restore")
    assert {path.name for path in house.data.iterdir()} >= {"landing", "lake", "outbox"}
    assert not (house.data / "runs").exists()


def test_rotate_and_forget(house: House) -> None:
    house.follow("Rotate the key")
    house.variables["OUTTURN_PERSON_KEY"] = "the old one,the new one"
    assert "timesheets/good.csv" in house.follow("Forget a person")


def test_move_and_upgrade(house: House) -> None:
    house.follow("Move the data folder")
    assert house.data.is_symlink()
    withdrawn = house.run("make retract FILE=work_items/2026-05-01.csv")
    assert withdrawn.returncode == 0, withdrawn.stderr
    house.follow("Upgrade DuckDB")


def test_backfill_over_all_that(house: House, receiver: Receiver) -> None:
    late = ITEM.format(item="item-0", day="2026-04-01", closed="2026-04-01")
    house.land("work_items/2026-04-01.csv", ITEMS + late)
    house.follow("Backfill")
    assert house.ask("select as_of_date from governance.run_manifest") == [date(2026, 5, 31)]
    items = "select work_item_id from core.fct_work_items order by work_item_id"
    assert house.ask(items) == ["item-0", "item-2"]
    assert not list((house.data / "outbox").glob("*.json"))
    assert sum(alert.get("kind") == "night" for alert in receiver.taken) == 2


def test_was_it_really_so(house: House) -> None:
    assert "came out as they were" in house.follow("Was it really so?")


def test_every_command_was_run(house: House, figure: Figure) -> None:
    followed = len(house.followed & set(GUIDE))
    figure("sections of the operations guide, their commands run", len(GUIDE), followed)
    assert house.followed == set(GUIDE)
