"""A small demo company, written once, for the tests beside this file, and a published one."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from landed import SCALE, Company

from demo.company import write


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    data = tmp_path_factory.mktemp("demo")
    write(data, seed=7, scale=SCALE)
    return Company(data, json.loads((data / "truth.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def marts(small_company: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published marts of a small company."""
    published = small_company / "published" / "marts.duckdb"
    with closing(duckdb.connect(str(published), read_only=True)) as connection:
        yield connection


@pytest.fixture(scope="module")
def stories(small_company: Path) -> dict[str, dict]:
    """What was planted in that company, by the story's name."""
    truth = json.loads((small_company / "truth.json").read_text(encoding="utf-8"))
    return {story["story"]: story for story in truth["stories"]}
