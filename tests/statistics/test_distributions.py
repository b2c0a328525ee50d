"""The distribution macros against scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.statistics.conftest import Calculate

CASES = 1000


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20260628)


def test_normal_cdf(calculate: Calculate, random: np.random.Generator) -> None:
    x = np.r_[random.normal(0, 3, CASES), 0, 7.07106781186547, -7.08, -20, -36, 40, -40]
    found = calculate(
        {"share": "normal_cdf('x')", "p_value": "normal_p_value('x')"}, pd.DataFrame({"x": x})
    )
    np.testing.assert_allclose(found["share"], stats.norm.cdf(x), rtol=1e-8, atol=1e-15)
    np.testing.assert_allclose(found["p_value"], 2 * stats.norm.sf(abs(x)), rtol=1e-8, atol=1e-300)


def test_normal_quantile(calculate: Calculate, random: np.random.Generator) -> None:
    p = np.r_[random.uniform(0, 1, CASES), 0.5, 0.075, 0.925, 1e-12, 1 - 1e-12, 1e-300]
    found = calculate({"x": "normal_quantile('p')"}, pd.DataFrame({"p": p}))
    np.testing.assert_allclose(found["x"], stats.norm.ppf(p), rtol=1e-12, atol=1e-15)


def test_t_cdf_at_fractional_degrees_of_freedom(
    calculate: Calculate, random: np.random.Generator
) -> None:
    x = np.r_[random.normal(0, 1, CASES) * 10 ** random.uniform(-3, 3, CASES), 0, 0, 1e6, -1e6, -9]
    df = np.r_[10 ** random.uniform(-1, 8, CASES), 1, 0.1, 1, 1.5, 1e9]
    found = calculate(
        {"share": "t_cdf('x', 'df')", "p_value": "t_p_value('x', 'df')"},
        pd.DataFrame({"x": x, "df": df}),
    )
    np.testing.assert_allclose(found["share"], stats.t.cdf(x, df), atol=1e-7)
    # Where even the tail's digits are asked for, up to the cap on the degrees of freedom.
    is_below_cap = df < 1e8
    tail = 2 * stats.t.sf(abs(x), df)
    np.testing.assert_allclose(
        found["p_value"][is_below_cap], tail[is_below_cap], rtol=1e-7, atol=1e-300
    )


def test_t_quantile_at_fractional_degrees_of_freedom(
    calculate: Calculate, random: np.random.Generator
) -> None:
    p = np.r_[random.uniform(0, 1, CASES), 0.5, 0.975, 0.9995, 1e-9, 1 - 1e-9, 0.5 + 1e-9]
    df = np.r_[10 ** random.uniform(0, 8, CASES), 3, 1e9, 1, 1, 2.5, 7]
    found = calculate({"x": "t_quantile('p', 'df')"}, pd.DataFrame({"p": p, "df": df}))
    np.testing.assert_allclose(found["x"], stats.t.ppf(p, df), rtol=1e-7, atol=1e-8)


def test_t_quantile_below_one_degree_of_freedom(
    calculate: Calculate, random: np.random.Generator
) -> None:
    p, df = random.uniform(0.001, 0.999, CASES), random.uniform(0.1, 1, CASES)
    found = calculate({"x": "t_quantile('p', 'df')"}, pd.DataFrame({"p": p, "df": df}))
    np.testing.assert_allclose(found["x"], stats.t.ppf(p, df), rtol=1e-6, atol=1e-9)


def test_what_has_no_answer_is_null(calculate: Calculate) -> None:
    cases = pd.DataFrame(
        {"p": [0.0, 1.0, -1.0, 2.0, None, 0.3, 0.3, 0.5], "df": [5.0] * 5 + [0.0, None, None]}
    )
    found = calculate({"t": "t_quantile('p', 'df')", "share": "t_cdf('p', 'df')"}, cases)
    assert found["t"].isna().all()
    assert found["share"].isna().tolist() == [False] * 4 + [True] * 4
    normal = calculate({"z": "normal_quantile('p')", "share": "normal_cdf('p')"}, cases[:5])
    assert normal["z"].isna().all()
    assert normal["share"].isna().tolist() == [False] * 4 + [True]
