"""The Wilson macros against statsmodels and published examples.

Source of the examples: Newcombe, R. G. (1998), Two-sided confidence intervals for the single
proportion, Statistics in Medicine 17, 857-872, table I (method 3), to its four decimals.
"""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from tests.statistics.conftest import Calculate


def intervals(calculate: Calculate, cases: list[tuple[int, int]]) -> np.ndarray:
    calls = {
        "low": "wilson_low('successes', 'trials')",
        "high": "wilson_high('successes', 'trials')",
    }
    return calculate(calls, pd.DataFrame(cases, columns=["successes", "trials"])).to_numpy()


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
    calculate: Calculate, successes: int, trials: int, low: float, high: float
) -> None:
    ends = intervals(calculate, [(successes, trials)])[0]
    assert ends == pytest.approx((low, high), abs=5e-5)


def test_thousand_random_shares_and_the_extremes(calculate: Calculate) -> None:
    random = np.random.default_rng(20260628)
    trials = random.integers(1, 5000, 1000)
    successes = random.binomial(trials, random.uniform(0, 1, 1000))
    cases = list(zip(successes.tolist(), trials.tolist(), strict=True))
    cases += [(0, n) for n in (1, 2, 30, 10**6)] + [(n, n) for n in (1, 2, 30, 10**6)]
    expected = [proportion_confint(k, n, alpha=0.05, method="wilson") for k, n in cases]
    np.testing.assert_allclose(intervals(calculate, cases), expected, rtol=1e-9, atol=1e-15)


def test_no_trials_is_no_interval(calculate: Calculate) -> None:
    assert np.isnan(intervals(calculate, [(0, 0)])).all()
