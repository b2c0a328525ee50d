"""The marts against the oracle, for a small demo company and for one made of exceptions.

What belongs here: every KPI, row by row. What does not: whether the demo's planted truths are met
(test_truth.py), and the oracle's own correctness (test_by_hand.py).
"""

from pathlib import Path

import pandas as pd
import pytest

from orchestration.settings import PROJECT
from tests.oracle.columns import APPROXIMATED, GRAINS, MEASURES
from tests.oracle.companies import as_of_date, read_marts, run_nights
from tests.oracle.comparing import differences, report
from tests.oracle.exceptions import write_company
from tests.oracle.exceptions_seeds import write_project
from tests.oracle.kpis import build_facts, build_marts
from tests.oracle.landing import complete_to, read_landing, read_seeds

TODAY = pd.Timestamp.now("UTC").date()


@pytest.fixture(scope="module", params=["demo", "exceptions"])
def company(
    request: pytest.FixtureRequest,
    small_company: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A data folder with landing files and the warehouse built from them."""
    if request.param == "demo":
        return small_company
    workspace = tmp_path_factory.mktemp("exceptions")
    data = workspace / "company"
    write_project(workspace / "project")
    write_company(data / "landing", seed=1)
    run_nights(workspace, [data])
    return data


@pytest.fixture(scope="module")
def both(company: Path) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """The pipeline's marts and the oracle's."""
    own_project = company.parent / "project"
    project = own_project if own_project.exists() else PROJECT
    landing, seeds = read_landing(company / "landing"), read_seeds(project / "seeds")
    as_of = complete_to(landing, TODAY)
    assert as_of == as_of_date(company)
    return read_marts(company), build_marts(build_facts(landing, seeds, as_of))


@pytest.mark.parametrize("mart", GRAINS)
def test_the_mart_equals_the_oracle(
    both: tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]], mart: str
) -> None:
    published, expected = (marts[mart] for marts in both)
    columns = [*GRAINS[mart], *MEASURES[mart].split()]
    assert not set(columns) - set(published.columns), "columns of kpis.md are missing"
    assert len(published)
    rough = APPROXIMATED.get(mart, ())
    compared = differences(published[columns], expected[columns], GRAINS[mart], rough)
    found = report(mart, compared)
    if found:
        pytest.fail(found, pytrace=False)


@pytest.mark.parametrize("mart", GRAINS)
def test_no_column_of_the_demo_is_empty(small_company: Path, mart: str) -> None:
    """Two empty columns would agree about nothing."""
    published = read_marts(small_company)[mart][MEASURES[mart].split()]
    assert not list(published.columns[published.isna().all()])
