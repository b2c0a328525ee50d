"""The Wilson macros against statsmodels and published examples.

Source of the examples: Newcombe, R. G. (1998), Two-sided confidence intervals for the single
proportion, Statistics in Medicine 17, 857-872, table I (method 3), to its four decimals.
"""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from dbt.cli.main import dbtRunner
from statsmodels.stats.proportion import proportion_confint

from orchestration.settings import PROJECT

QUERY = """
select
    successes,
    trials,
    {{ wilson_low('successes', 'trials') }} as low,
    {{ wilson_high('successes', 'trials') }} as high
from cases
order by case_number
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The query as dbt compiles it for DuckDB."""
    folder: Path = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTTURN_DATA", str(folder))
        result = dbtRunner().invoke([
            "compile", "--inline", QUERY, "--quiet", "--target-path", str(folder), "--log-path",
            str(folder), "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        ])  # fmt: skip
    assert result.success, result.exception
    return result.result.results[0].node.compiled_code


def intervals(compiled: str, cases: list[tuple[int, int]]) -> list[tuple[float, float]]:
    with duckdb.connect() as connection:
        connection.execute("create table cases (case_number int, successes bigint, trials bigint)")
        connection.executemany(
            "insert into cases values (?, ?, ?)",
            [[number, *case] for number, case in enumerate(cases)],
        )
        return [(low, high) for _, _, low, high in connection.execute(compiled).fetchall()]


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_examples(
    compiled: str, successes: int, trials: int, low: float, high: float
) -> None:
    ends = intervals(compiled, [(successes, trials)])[0]
    assert ends == pytest.approx((low, high), abs=5e-5)


def test_thousand_random_shares_and_the_extremes(compiled: str) -> None:
    random = np.random.default_rng(20260628)
    trials = random.integers(1, 5000, 1000)
    successes = random.binomial(trials, random.uniform(0, 1, 1000))
    cases = list(zip(successes.tolist(), trials.tolist(), strict=True))
    cases += [(0, n) for n in (1, 2, 30, 10**6)] + [(n, n) for n in (1, 2, 30, 10**6)]
    expected = [proportion_confint(k, n, alpha=0.05, method="wilson") for k, n in cases]
    np.testing.assert_allclose(intervals(compiled, cases), expected, rtol=1e-9, atol=1e-15)


def test_no_trials_is_no_interval(compiled: str) -> None:
    assert intervals(compiled, [(0, 0)]) == [(None, None)]
