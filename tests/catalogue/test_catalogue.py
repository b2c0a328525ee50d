"""The metric catalogue says what the declarations say, and covers every measure."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.catalogue import OVERVIEW, PAGES, PARAGRAPHS, overview, pages, write
from orchestration.dbt import dbt_project, prepare_manifest


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads(prepare_manifest(dbt_project()).read_text(encoding="utf-8"))


def test_the_pages_in_docs_are_what_the_declarations_say(manifest: dict[str, Any]) -> None:
    found = {page.name: page.read_text(encoding="utf-8") for page in PAGES.glob("*.md")}
    assert found == pages(manifest), "the declarations changed: run `make metrics`"
    assert OVERVIEW.read_text(encoding="utf-8") == overview(manifest), "run `make metrics`"


def test_every_kpi_has_its_page(manifest: dict[str, Any]) -> None:
    """What a KPI must say of itself is held by tests/ops/test_declared_kpis.py."""
    nodes = manifest["nodes"].values()
    kpis = {node["name"] for node in nodes if node["name"].startswith("kpi_")}
    models = {node["name"] for node in nodes if node["resource_type"] == "model"}
    assert kpis & models
    assert {f"{name}.md" for name in kpis & models} <= pages(manifest).keys()


def test_a_page_of_a_measure_that_is_gone_goes(tmp_path: Path) -> None:
    node = {
        "name": "kpi_npv_scenarios",
        "schema": "returns",
        "description": "One row\n an initiative | scenario.",
        "columns": {"npv_usd": {"name": "npv_usd", "data_type": "double", "description": "Worth."}},
        "config": {"meta": {key: key.upper() for key in PARAGRAPHS} | {"feeds": []}},
    }
    (tmp_path / "kpi_old.md").write_text("old")
    write(tmp_path, {"nodes": {"a": node}, "sources": {}})
    assert sorted(page.name for page in tmp_path.iterdir()) == ["README.md", "kpi_npv_scenarios.md"]
    page = (tmp_path / "kpi_npv_scenarios.md").read_text()
    assert page.startswith(
        "# NPV scenarios\n\nTable `returns.kpi_npv_scenarios`. One row an initiative"
    )
    assert "**The formula.** FORMULA" in page
    assert "| npv_usd | double | Worth. |" in page
