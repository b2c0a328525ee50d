"""The macros of drift and of spread against numpy and scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.robust.scale import mad

from tests.statistics.conftest import Calculate

CASES = 1000


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20260628)


def test_psi_is_the_symmetric_divergence(calculate: Calculate, random: np.random.Generator) -> None:
    a, b = random.dirichlet(np.ones(10), (2, CASES // 10))
    cases = pd.DataFrame({"a": a.ravel(), "b": b.ravel()})
    found = calculate({"term": "psi_term('a', 'b')"}, cases)["term"].to_numpy()
    expected = stats.entropy(a, b, axis=1) + stats.entropy(b, a, axis=1)
    np.testing.assert_allclose(found.reshape(-1, 10).sum(axis=1), expected, rtol=1e-9)


def test_an_empty_bin_counts_as_a_ten_thousandth(calculate: Calculate) -> None:
    cases = pd.DataFrame({"a": [0.0, 0.2, 0.0], "b": [0.1, 0.0, 0.0]})
    found = calculate({"term": "psi_term('a', 'b')"}, cases)["term"]
    expected = [0.0999 * np.log(1000), 0.1999 * np.log(2000), 0]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_ks_critical_is_the_limit_at_five_percent(
    calculate: Calculate, random: np.random.Generator
) -> None:
    n, m = random.integers(1, 10**6, (2, CASES))
    found = calculate({"ks": "ks_critical('n', 'm')"}, pd.DataFrame({"n": n, "m": m}))["ks"]
    expected = stats.kstwobign.ppf(0.95) * np.sqrt(1 / n + 1 / m)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    none = calculate({"ks": "ks_critical('n', 'm')"}, pd.DataFrame({"n": [0, 5], "m": [9, 0]}))
    assert none["ks"].isna().all()


def test_robust_z(calculate: Calculate, random: np.random.Generator) -> None:
    values = random.standard_t(2, CASES)
    cases = pd.DataFrame({
        "x": values, "median": np.median(values), "mad": mad(values, c=1),
    })  # fmt: skip
    found = calculate({"z": "robust_z('x', 'median', 'mad')"}, cases)["z"]
    expected = (values - np.median(values)) / mad(values)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert calculate({"z": "robust_z('x', 'median', 0)"}, cases)["z"].isna().all()


@pytest.mark.parametrize("share", [0, 0.05, 0.5, 0.95, 1])
def test_percentile(calculate: Calculate, random: np.random.Generator, share: float) -> None:
    cases = pd.DataFrame({"x": random.lognormal(0, 2, CASES)})
    call = f"percentile('x', {share})"
    found = calculate({"value": call}, cases)
    assert found["value"].item() == pytest.approx(np.quantile(cases["x"], share), rel=1e-12)
