"""A night makes models unless what is published would come out the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from orchestration.run import artifacts
from orchestration.settings import Settings
from orchestration.standing import stands
from tests.ops.test_publish import PROVENANCE, build_warehouse, publish_number, run_number


@pytest.fixture
def published(settings: Settings) -> Settings:
    """Settings over a folder whose run 1 was published."""
    build_warehouse(settings)
    publish_number(settings, 1)
    artifacts(run_number(settings, 1).folder, "staging").mkdir()
    return settings


def test_what_would_come_out_the_same_stands(published: Settings) -> None:
    assert stands(published, run_number(published, 2), PROVENANCE)


def test_other_snapshots_of_the_same_files_are_the_same(published: Settings) -> None:
    compacted = replace(PROVENANCE, snapshots={"focus": 8, "fx_rates": None})
    assert compacted != PROVENANCE
    assert stands(published, run_number(published, 2), compacted)


@pytest.mark.parametrize(
    "changed",
    [
        {"as_of_date": date(2026, 6, 27)},
        {"code_version": "abc+other"},
        {"input_files": []},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_else_it_would_be_made_from_it_does_not(
    published: Settings, changed: dict[str, object]
) -> None:
    assert not stands(published, run_number(published, 2), replace(PROVENANCE, **changed))


def test_a_night_that_died_over_the_models_is_made_good(published: Settings) -> None:
    artifacts(run_number(published, 2).folder, "staging").mkdir()

    assert not stands(published, run_number(published, 3), PROVENANCE)


@pytest.mark.parametrize(
    "lose",
    [
        lambda folder: (folder / "marts.duckdb").unlink(),
        lambda folder: (folder / "marts.duckdb").resolve().unlink(),
        lambda folder: next(folder.glob("manifest-*.json")).unlink(),
    ],
    ids=["the link", "the marts", "the manifest"],
)
def test_what_is_gone_does_not_stand(published: Settings, lose: Callable[[Path], None]) -> None:
    lose(published.published)

    assert not stands(published, run_number(published, 2), PROVENANCE)
