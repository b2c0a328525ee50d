"""Macros calculated over a table of cases, as one query.

What belongs here: what the tests of every macro share. What does not: expected values.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from dbt.cli.main import dbtRunner

from orchestration.settings import PROJECT

Calculate = Callable[[dict[str, str], pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="session")
def calculate(tmp_path_factory: pytest.TempPathFactory) -> Calculate:
    """Calls of macros by name, over the columns of cases: a frame of their values, case by case."""
    folder: Path = tmp_path_factory.mktemp("compiled")

    def calculated(calls: dict[str, str], cases: pd.DataFrame) -> pd.DataFrame:
        columns = ",\n".join(f"{{{{ {call} }}}} as {name}" for name, call in calls.items())
        query = _compiled(f"select\n{columns}\nfrom cases", folder)
        with duckdb.connect() as connection:
            connection.register("cases", cases)
            return connection.execute(query).df()

    return calculated


def _compiled(query: str, folder: Path) -> str:
    """The query as dbt compiles it for DuckDB."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTTURN_DATA", str(folder))
        result = dbtRunner().invoke([
            "compile", "--inline", query, "--quiet", "--target-path", str(folder), "--log-path",
            str(folder), "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        ])  # fmt: skip
    assert result.success, result.exception
    return result.result.results[0].node.compiled_code
