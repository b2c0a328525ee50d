"""dbt's docs in one page: the metric catalogue first, and nothing is fetched from anywhere."""

import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.settings import PROJECT
from tests.browser import browsing
from tests.conftest import environment


@pytest.fixture(scope="module")
def page(small_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make docs` writes for the small company."""
    data, target = (tmp_path_factory.mktemp(name) for name in ("data", "target"))
    # dbt opens it to write.
    shutil.copy(small_company / "warehouse.duckdb", data)
    made = subprocess.run(
        ["make", "-o", ".venv/.ready", "-o", f"{target}/manifest.json", "docs"],
        cwd=PROJECT,
        env=environment(data) | {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stdout.strip().endswith(f"{data}/docs.html")
    return data / "docs.html"


def test_it_shows_the_catalogue_and_the_semantic_layer_and_fetches_nothing(page: Path) -> None:
    outside: set[str] = set()
    with browsing() as browser:
        shown = browser.new_page()
        shown.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith(("file:", "data:", "blob:"))
                else outside.add(asked.url)
            ),
        )
        shown.goto(page.as_uri())
        shown.wait_for_selector("text=Metric catalogue")
        assert shown.locator("text=Scorecard, weekly").count()
        shown.goto(f"{page.as_uri()}#!/model/model.outturn.kpi_scorecard_weekly")
        shown.wait_for_selector("text=displacement_multiplier")
        shown.goto(f"{page.as_uri()}#!/metric/metric.outturn.accuracy")
        shown.wait_for_selector("text=Accepted over random reviews of completed items.")
    assert not outside


def test_without_a_warehouse_it_says_what_to_do(tmp_path: Path) -> None:
    made = subprocess.run(
        ["make", "-o", ".venv/.ready", "-o", f"{tmp_path}/manifest.json", "docs"],
        cwd=PROJECT,
        env=environment(tmp_path) | {"DBT_TARGET_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode != 0
    assert "run a night first" in made.stdout
