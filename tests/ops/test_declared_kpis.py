"""Every KPI says what it is for and what it needs, as the catalogue and kpi_coverage read it."""

from typing import Any

import pytest

from orchestration import dbt, ingest
from orchestration.catalogue import PARAGRAPHS


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dbt.read_manifest(dbt.prepare_manifest(dbt.dbt_project()))


@pytest.fixture(scope="module")
def kpis(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each KPI declares in config.meta, by the mart's name."""
    return {
        node["name"]: node["config"]["meta"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("kpi_")
    }


def test_every_kpi_says_what_it_is_for(kpis: dict[str, dict[str, Any]]) -> None:
    assert kpis
    silent = {name: [key for key in PARAGRAPHS if not meta.get(key)] for name, meta in kpis.items()}
    assert {name: keys for name, keys in silent.items() if keys} == {}


def test_every_kpi_names_feeds_that_are_declared(
    manifest: dict[str, Any], kpis: dict[str, dict[str, Any]]
) -> None:
    declared = set(ingest.load_feeds(manifest))
    unknown = {name: set(meta["feeds"]) - declared for name, meta in kpis.items()}
    assert {name: feeds for name, feeds in unknown.items() if feeds} == {}
