"""The runs that are kept come out again, whatever became of their inputs since.

What belongs here: reproductions as people ask for them, of a company whose files are corrected,
retracted, late and compacted. What does not: nights and their gates (tests/ops).

The tests run in the order they stand in: what they take away, the next ones miss.
"""

import gzip
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from demo.company import write
from orchestration import decisions, gates, ingest, persons, provenance, publish, reproduce
from orchestration.dbt import read_manifest
from orchestration.ingest import lake, upkeep
from orchestration.run import name_run, open_run
from tests.conftest import Figure, run_python, settle
from tests.nights.company import Company
from tests.torture.conftest import tries

SEED = 20260629
SCALE = 0.02
FIRST_NIGHT = date(2026, 6, 20)
NIGHTS = tries(short=1, heavy=4)
# Which of the nights asks for an earlier day, and for which.
EARLIER = {1: "2026-05-31"}
CORRECTED = ("work_items", "timesheets", "agent_reviews", "predictions", "otlp_traces", "focus")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, kept_environment: None) -> Company:
    """A company to which nothing landed yet."""
    folder = tmp_path_factory.mktemp("reproduction")
    company = Company(folder / "data", folder / "target")
    company.parse()
    return company


def land(company: Company, until: date) -> None:
    """What other systems delivered by that day; what was corrected before lands as it was."""
    write(company.data, seed=7, scale=SCALE, until=until)
    settle(company.data)


def night(company: Company, number: int) -> None:
    """A night without its gates, published."""
    company.night(EARLIER.get(number))
    settings, feeds = company.settings, company.feeds
    started_at = datetime(2026, 6, 20, 2, tzinfo=UTC) + timedelta(days=number)
    run = name_run(settings, started_at, f"{number:08}")
    open_run(settings, run)
    gates.write_findings([], run.findings("marts"))
    publish.publish(
        settings,
        run,
        provenance.collect(settings, feeds),
        publish.comments_of(read_manifest(company.target / "manifest.json")),
        decisions.append_decisions(settings, run),
    )
    company.asked = None


def correct(file: Path) -> None:
    """Land a file again under its name, without its last row."""
    content = file.read_bytes()
    packed = file.suffix == ".gz"
    lines = (gzip.decompress(content) if packed else content).splitlines(keepends=True)
    text = b"".join(lines[:-1])
    file.write_bytes(gzip.compress(text, mtime=0) if packed else text)


def change(company: Company, randomness: Random, until: date) -> None:
    """Let a day land, correct a file of each feed, retract another, and compact all that."""
    land(company, until)
    company.ingest()
    for feed in CORRECTED:
        landing = company.data / "landing"
        files = sorted(file for file in (landing / feed).rglob("*") if file.is_file())
        corrected, retracted = randomness.sample(files, 2)
        correct(corrected)
        name = retracted.relative_to(landing).as_posix()
        ingest.withdraw(company.settings, company.feeds, name, "retracted")
    settle(company.data)
    company.ingest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upkeep, "SMALL_FILES", 2)
        company.ingest()


def kept(company: Company) -> list[Path]:
    return sorted((company.data / "published").glob("manifest-*.json"))


def run_of(manifest: Path) -> str:
    return manifest.stem.partition("-")[2]


def snapshots(company: Company, feed: str) -> set[int]:
    """The snapshots that the lake has of a feed."""
    with lake.open_catalog(company.settings) as catalog:
        table = lake.find_table(catalog, company.feeds[feed])
        return {snapshot.snapshot_id for snapshot in table.snapshots()}


def refused(company: Company, run_id: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Ask for a reproduction that cannot be; what is said about it."""
    _ = company.settings
    assert reproduce.main([run_id]) == 1
    return capsys.readouterr().err


def differs(company: Company, manifest: Path, randomness: Random) -> str:
    """Make a run again; what of it is not as it should be.

    One mart's hash is made wrong in the manifest, to see that hashes are compared.
    """
    told = manifest.read_text()
    marts = json.loads(told)["marts"]
    wrong = randomness.choice(sorted(marts))
    manifest.write_text(told.replace(marts[wrong]["content_hash"], "0" * 64))
    made = run_python(company.data, "orchestration.reproduce", run_of(manifest))
    manifest.write_text(told)
    named = [line.split(":")[0].strip() for line in made.stdout.splitlines() if "hash" in line]
    if named == [wrong] and f"{len(marts) - 1} of {len(marts)} marts" in made.stdout:
        return ""
    return f"{manifest.name}, wrong on purpose {wrong}:\n{made.stdout}{made.stderr}"


def test_kept_runs_come_out_again(company: Company, figure: Figure) -> None:
    randomness = Random(SEED)
    land(company, FIRST_NIGHT)
    first: dict[str, int] = {}
    for number in range(NIGHTS):
        night(company, number)
        published = json.loads(kept(company)[-1].read_text())["snapshots"]
        first = first or published
        change(company, randomness, FIRST_NIGHT + timedelta(days=number + 1))
        assert all(snapshots(company, feed) - {published[feed]} for feed in CORRECTED)
    outcomes = [differs(company, manifest, randomness) for manifest in kept(company)]
    wrong = [outcome for outcome in outcomes if outcome]
    figure("runs made again after corrections and compactions", len(outcomes), outcomes.count(""))
    assert not wrong, f"seed {SEED}: {wrong[0]}"
    assert len(kept(company)) == min(NIGHTS, publish.PUBLICATIONS_KEPT)
    is_kept = NIGHTS <= publish.PUBLICATIONS_KEPT
    held = [feed for feed in CORRECTED if first[feed] in snapshots(company, feed)]
    assert held == (list(CORRECTED) if is_kept else []), "history of kept runs only"
    assert not [left for left in company.data.glob(".reproduce*") if left.is_dir()]


def test_a_run_that_is_not_kept_names_those_that_are(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refused(company, "20200101T000000Z-00000000", capsys)
    assert kept(company)
    assert all(run_of(manifest) in told for manifest in kept(company))


def test_an_input_that_is_gone_is_named(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    data = company.data / "lake" / "raw" / "work_items" / "data"
    shutil.move(data, company.data / "aside")
    told = refused(company, run_of(kept(company)[0]), capsys)
    shutil.move(company.data / "aside", data)
    assert f"an input is gone: {data}" in told


def test_a_run_from_before_a_forgetting_cannot_be_made_again(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    _ = company.settings
    assert persons.main(["forget", "W000001"]) == 0
    assert kept(company)
    for manifest in kept(company):
        told = refused(company, run_of(manifest), capsys)
        assert "no longer has snapshot" in told
        assert "forgetting a person" in told
