"""The companies that the comparisons share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.oracle.companies import make_demo_companies


@pytest.fixture(scope="session")
def demo_companies(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[list[int]], list[Path]]:
    """Data folders of demo companies by seed, made when first asked for."""
    workspace = tmp_path_factory.mktemp("companies")
    return lambda seeds: make_demo_companies(workspace, seeds)
