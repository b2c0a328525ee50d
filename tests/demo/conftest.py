"""A small demo company, written once, for the tests beside this file."""

import json

import pytest
from landed import SCALE, Company

from demo.company import write


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    data = tmp_path_factory.mktemp("demo")
    write(data, seed=7, scale=SCALE)
    return Company(data, json.loads((data / "truth.json").read_text(encoding="utf-8")))
