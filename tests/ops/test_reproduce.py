"""An earlier run's marts come out again from its manifest, also after its inputs changed."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.conftest import run_night, run_python, settle

ITEM = (
    "work_item_id,workflow_id,opened_at,resolved_at,updated_at,status,handled_by\n"
    "item-1,refunds,2026-06-01T10:00:00Z,{resolved},{resolved},resolved,human\n"
)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder whose first run's only file was corrected since, and that run's id."""
    data = tmp_path_factory.mktemp("corrected")
    file = data / "landing" / "work_items" / "items.csv"
    file.parent.mkdir(parents=True)
    for resolved in ("2026-06-01T12:00:00Z", "2026-06-01T18:00:00Z"):
        file.write_text(ITEM.format(resolved=resolved))
        settle(data)
        night = run_night(data)
        assert night.code == 0, night.output
    first = min((data / "published").glob("manifest-*.json"))
    return data, first.stem.partition("-")[2]


def closed_at(data: Path) -> object:
    with duckdb.connect(str(data / "published" / "marts.duckdb"), read_only=True) as connection:
        return connection.execute("select closed_at from core.fct_work_items").fetchone()[0]


def test_a_run_is_made_again_from_what_the_lake_held_then(corrected: tuple[Path, str]) -> None:
    """All marts but one, whose hash in the manifest is made wrong to see that it is compared."""
    data, run_id = corrected
    before = closed_at(data)
    manifest = data / "published" / f"manifest-{run_id}.json"
    told = manifest.read_text()
    marts = json.loads(told)["marts"]
    wrong = told.replace(marts["core.dim_workflows"]["content_hash"], "0" * 64)
    manifest.write_text(wrong)
    made = run_python(data, "orchestration.reproduce", run_id)
    manifest.write_text(told)
    assert made.returncode == 1, made.stderr
    assert f"{len(marts) - 1} of {len(marts)} marts" in made.stdout
    assert made.stdout.count("content hash") == made.stdout.count("core.dim_workflows") == 1
    assert closed_at(data) == before, "what is published stays"
    assert not list(data.glob(".reproduce-*"))


def test_an_input_that_is_gone_is_named(corrected: tuple[Path, str]) -> None:
    data, run_id = corrected
    kept = data / "lake" / "raw" / "work_items" / "data"
    shutil.move(kept, data / "aside")
    made = run_python(data, "orchestration.reproduce", run_id)
    shutil.move(data / "aside", kept)
    assert made.returncode == 1
    assert "an input is gone" in made.stderr
    assert "Traceback" not in made.stderr


def test_a_run_that_is_not_kept_names_those_that_are(corrected: tuple[Path, str]) -> None:
    data, run_id = corrected
    made = run_python(data, "orchestration.reproduce", "20200101T000000Z-00000000")
    assert made.returncode == 1
    assert run_id in made.stderr
