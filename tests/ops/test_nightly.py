"""A night that fails says why in plain lines, stops there, and leaves what is published alone."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration import gates
from orchestration.ingest import upkeep
from orchestration.run import only_one
from orchestration.settings import read_settings
from tests.conftest import Night, run_night, run_python, set_environment, settle

WORK_ITEMS = (
    "work_item_id,workflow_id,opened_at,first_closed_at,resolved_at,updated_at,status,handled_by\n"
    "item-{number},refunds,2026-06-01T10:00:00Z,{closed},2026-06-01T12:00:00Z,"
    "2026-06-01T12:00:00Z,resolved,human\n"
)
TIMESHEETS = (
    "worker_id,work_date,activity,workflow_id,hours\n"
    "somebody,2026-06-01,production,refunds,{hours}\n"
    "somebody,2026-06-01,rework,refunds,{hours}\n"
)


def drop(data: Path, name: str, text: str) -> str:
    """Put a file in the landing folder; its name as a night knows it."""
    file = data / "landing" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    settle(data)
    return name


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two good files and one night, shared by the failures that follow."""
    data = tmp_path_factory.mktemp("published")
    drop(data, "work_items/good.csv", WORK_ITEMS.format(number=1, closed="2026-06-01T12:00:00Z"))
    drop(data, "timesheets/good.csv", TIMESHEETS.format(hours=4))
    night = run_night(data)
    assert night.code == 0, night.output
    return data


def publication(data: Path) -> tuple[str, bytes]:
    path = (data / "published" / "marts.duckdb").resolve()
    return path.name, path.read_bytes()


def data_files(data: Path) -> set[Path]:
    """The data files that lie in the lake."""
    return set((data / "lake" / "raw").glob("*/data/*.parquet"))


def failing_night(data: Path) -> Night:
    """Run a night that must fail, publish nothing, and not burst."""
    before = publication(data)
    night = run_night(data)
    assert night.code == 1, night.output
    assert publication(data) == before
    assert "Traceback" not in night.output
    assert "Nothing was published" in night.output
    return night


def stages_judged(data: Path) -> set[str]:
    """The stages whose gate ran in the last night."""
    folder = max((data / "runs").iterdir())
    return {stage for stage in gates.STAGES if (folder / f"validation_{stage}.parquet").exists()}


def test_corrupted_file(published: Path) -> None:
    name = drop(published, "timesheets/bad.parquet", "PAR1 this is no Parquet")

    night = failing_night(published)

    assert name in night.output
    assert f"make quarantine FILE={name}" in night.output
    assert stages_judged(published) == {"landing"}
    (published / "landing" / name).unlink()


def test_missing_required_column(published: Path) -> None:
    name = drop(published, "timesheets/bad.csv", "worker_id,work_date,hours\nx,2026-06-02,1\n")

    night = failing_night(published)

    assert name in night.output
    assert "activity" in night.output
    assert stages_judged(published) == {"landing"}
    (published / "landing" / name).unlink()


def test_violation_in_staging_and_the_way_out(published: Path) -> None:
    name = drop(published, "timesheets/bad.csv", TIMESHEETS.format(hours=15))

    night = failing_night(published)

    assert "staging.stg_hr__timesheets" in night.output
    assert "No day has more than 24 hours" in night.output
    assert "hours_of_one_person = 30" in night.output
    assert "somebody" not in night.output
    assert stages_judged(published) == {"landing", "staging"}
    answer = run_python(published, "orchestration.withdraw", "quarantine", name)
    assert answer.returncode == 0, answer.stderr


def test_violation_in_a_mart(published: Path) -> None:
    text = WORK_ITEMS.format(number=2, closed="2026-05-01T12:00:00Z")
    name = drop(published, "work_items/bad.csv", text)

    night = failing_night(published)

    assert "core.fct_work_items" in night.output
    assert "closed before they were opened" in night.output
    assert stages_judged(published) == set(gates.STAGES)
    answer = run_python(published, "orchestration.withdraw", "retract", name)
    assert answer.returncode == 0, answer.stderr


def test_night_after_the_way_out_publishes(published: Path) -> None:
    """Runs after the failures above: what was withdrawn no longer stops a night."""
    before, _ = publication(published)
    records = published / "records" / "of-dagster"

    night = run_night(published, DAGSTER_HOME=str(records))

    assert night.code == 0, night.output
    assert publication(published)[0] != before
    assert (records / "history").is_dir(), "Dagster keeps records where it is told to"


def test_night_with_nothing_new_leaves_what_is_published(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it makes other data files of the same rows."""
    # The first lets go of what only the failed nights above held.
    assert run_night(published).code == 0
    before = publication(published)
    files = data_files(published)
    monkeypatch.setattr(upkeep, "SMALL_FILES", 1)

    night = run_night(published)

    assert night.code == 0, night.output
    assert "Nothing is new" in night.output
    assert data_files(published) > files
    assert publication(published) == before
    assert stages_judged(published) == {"landing"}


def test_night_without_a_warehouse_makes_it_again(published: Path) -> None:
    before, _ = publication(published)
    (published / "warehouse.duckdb").unlink()

    night = run_night(published)

    assert night.code == 0, night.output
    assert publication(published)[0] != before
    assert (published / "warehouse.duckdb").exists()


def test_second_night_at_once(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(monkeypatch, published)
    before = publication(published)

    with only_one(read_settings()):
        night = run_night(published)

    assert night.code == 2
    assert "did not begin: another night" in night.output
    assert "failed" not in night.output
    assert publication(published) == before


def test_setting_that_cannot_be_read(tmp_path: Path) -> None:
    night = run_night(tmp_path, OUTTURN_AS_OF="yesterday")

    assert night.code == 2
    assert "write a date as YYYY-MM-DD" in night.output


def test_withdrawing_what_never_landed(published: Path) -> None:
    answer = run_python(published, "orchestration.withdraw", "retract", "focus/never.csv")

    assert answer.returncode == 1
    assert "focus/never.csv" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_company_is_published(small_company: Path) -> None:
    marts = small_company / "published" / "marts.duckdb"
    with duckdb.connect(str(marts), read_only=True) as connection:
        findings = connection.execute(
            "select distinct stage from governance.validation_results"
        ).fetchall()
        [as_text] = connection.execute("select marts from governance.run_manifest").fetchone()
        keys = connection.execute(
            "select count(*) from duckdb_columns()"
            " where not internal and column_name like '%\\_key' escape '\\'"
        ).fetchone()

    assert {stage for (stage,) in findings} == set(gates.STAGES)
    assert json.loads(as_text)["core.fct_work_items"]["rows"] > 0
    assert keys == (0,)
