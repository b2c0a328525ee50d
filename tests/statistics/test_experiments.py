"""The macros of experiments against scipy and statsmodels, and published sample sizes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from tests.statistics.conftest import Calculate

CASES = 1000
Z = "normal_quantile('(1 - alpha / 2)')"


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20260628)


def test_two_proportions(calculate: Calculate, random: np.random.Generator) -> None:
    n, m = random.integers(1, 5000, (2, CASES))
    cases = pd.DataFrame({
        "a": random.binomial(n, random.uniform(0, 1, CASES)),
        "n": n,
        "b": random.binomial(m, random.uniform(0, 1, CASES)),
        "m": m,
    })  # fmt: skip
    edges = pd.DataFrame([(0, 20, 7, 30), (20, 20, 7, 30), (0, 5, 5, 5)], columns=cases.columns)
    cases = pd.concat([cases[cases["a"] + cases["b"] > 0], edges], ignore_index=True)
    found = calculate({"z": "two_proportion_z('a', 'n', 'b', 'm')"}, cases)["z"]
    expected = [proportions_ztest([r.a, r.b], [r.n, r.m])[0] for r in cases.itertuples()]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_two_proportions_without_variance_or_trials_are_not_compared(calculate: Calculate) -> None:
    cases = pd.DataFrame(
        [(0, 20, 0, 30), (20, 20, 30, 30), (0, 0, 3, 9), (0, 0, 0, 0)], columns=list("anbm")
    )
    assert calculate({"z": "two_proportion_z('a', 'n', 'b', 'm')"}, cases)["z"].isna().all()


def test_sample_ratio(calculate: Calculate, random: np.random.Generator) -> None:
    share = random.uniform(0.05, 0.95, CASES)
    treated = random.binomial(800, share)
    cases = pd.DataFrame({"control": 800 - treated, "treated": treated, "share": share})
    cases.loc[len(cases)] = [0, 30, 0.5]
    units = cases["control"] + cases["treated"]
    expected = stats.chisquare(
        [cases["control"], cases["treated"]],
        [units * (1 - cases["share"]), units * cases["share"]],
    ).pvalue
    found = calculate({"p": "sample_ratio_p_value('control', 'treated', 'share')"}, cases)["p"]
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_sample_ratio_of_nothing_is_null(calculate: Calculate) -> None:
    cases = pd.DataFrame({"control": [0, 5, 5], "treated": [0, 5, 5], "share": [0.5, 0.0, 1.0]})
    found = calculate({"p": "sample_ratio_p_value('control', 'treated', 'share')"}, cases)["p"]
    assert found.isna().all()


def test_welch(calculate: Calculate, random: np.random.Generator) -> None:
    n, m = random.integers(2, 200, (2, CASES))
    v, w = 10 ** random.uniform(-6, 6, (2, CASES))
    v[0], w[1] = 0, 0
    cases = pd.DataFrame({"v": v, "n": n, "w": w, "m": m})
    found = calculate(
        {
            "std_error": "welch_std_error('v', 'n', 'w', 'm')",
            "df": "welch_degrees_of_freedom('v', 'n', 'w', 'm')",
        },
        cases,
    )
    expected = [
        stats.ttest_ind_from_stats(1, r.v**0.5, r.n, 0, r.w**0.5, r.m, equal_var=False)
        for r in cases.itertuples()
    ]
    np.testing.assert_allclose(
        2 * stats.t.sf(1 / found["std_error"], found["df"]),
        [each.pvalue for each in expected],
        rtol=1e-9,
    )


def test_welch_with_samples_as_statsmodels_has_it(
    calculate: Calculate, random: np.random.Generator
) -> None:
    a, b = random.normal(3, 2, 17), random.normal(2, 5, 40)
    cases = pd.DataFrame({"v": [a.var(ddof=1)], "n": 17, "w": [b.var(ddof=1)], "m": 40})
    found = calculate(
        {
            "std_error": "welch_std_error('v', 'n', 'w', 'm')",
            "t": "t_quantile('0.975', 21.5)",
            "df": "welch_degrees_of_freedom('v', 'n', 'w', 'm')",
        },
        cases,
    ).loc[0]
    low, high = CompareMeans(DescrStatsW(a), DescrStatsW(b)).tconfint_diff(usevar="unequal")
    half_width = stats.t.ppf(0.975, found["df"]) * found["std_error"]
    assert a.mean() - b.mean() - half_width == pytest.approx(low, rel=1e-9)
    assert a.mean() - b.mean() + half_width == pytest.approx(high, rel=1e-9)
    assert found["t"] == pytest.approx(stats.t.ppf(0.975, 21.5), abs=1e-9)


def test_without_any_variance_there_is_no_error(calculate: Calculate) -> None:
    found = calculate(
        {
            "std_error": "welch_std_error('v', 'n', 'v', 'n')",
            "df": "welch_degrees_of_freedom('v', 'n', 'v', 'n')",
            "paired": "paired_std_error('v', 'n')",
            "power": "power_at('0.1', 'v', 1.96)",
        },
        pd.DataFrame({"v": [0.0], "n": [9]}),
    ).loc[0]
    assert found["std_error"] == found["paired"] == 0
    assert np.isnan(found["df"])
    assert np.isnan(found["power"])


def test_paired_differences(calculate: Calculate, random: np.random.Generator) -> None:
    differences = random.normal(0.3, random.uniform(0.1, 9, CASES), (25, CASES))
    cases = pd.DataFrame({"v": differences.var(axis=0, ddof=1), "n": 25})
    found = calculate({"std_error": "paired_std_error('v', 'n')"}, cases)["std_error"]
    np.testing.assert_allclose(found, stats.sem(differences, axis=0), rtol=1e-9)


def test_cuped_is_the_regression_on_the_covariate(
    calculate: Calculate, random: np.random.Generator
) -> None:
    before = random.normal(10, 3, CASES)
    after = 2 + 0.7 * before + random.normal(0, 1, CASES)
    slope, intercept = stats.linregress(before, after)[:2]
    cases = pd.DataFrame({"x": before, "y": after, "mean": before.mean(), "theta": slope})
    found = calculate({"y": "cuped_adjusted('y', 'x', 'mean', 'theta')"}, cases)["y"]
    residuals = after - (intercept + slope * before)
    np.testing.assert_allclose(found, after.mean() + residuals, rtol=1e-9)


def test_power_and_units(calculate: Calculate, random: np.random.Generator) -> None:
    cases = pd.DataFrame({
        "effect": random.normal(0, 1, CASES),
        "variance": random.uniform(0.1, 9, CASES),
        "alpha": random.uniform(0.001, 0.3, CASES),
        "planned": random.uniform(0.5, 0.99, CASES),
        "n": random.integers(2, 2000, CASES),
    })  # fmt: skip
    found = calculate(
        {
            "power": f"power_at('effect', 'sqrt(2 * variance / n)', {Z})",
            "units": f"units_per_arm('effect', 'variance', 'variance', {Z}, "
            "normal_quantile('planned'))",
        },
        cases,
    )
    size = cases["effect"] / cases["variance"] ** 0.5
    test = NormalIndPower()
    power = test.power(size, cases["n"], cases["alpha"], ratio=1, alternative="two-sided")
    np.testing.assert_allclose(found["power"], power, rtol=1e-9)
    z = stats.norm.ppf(1 - cases["alpha"] / 2) + stats.norm.ppf(cases["planned"])
    np.testing.assert_allclose(found["units"], 2 * (z / size) ** 2, rtol=1e-9)


def test_ten_to_twelve_percent_needs_3841_an_arm_by_fleiss_and_3838_unpooled(
    calculate: Calculate,
) -> None:
    """Fleiss's formula, with the pooled share's variance, rounded up; the other one rounded."""
    found = calculate(
        {
            "pooled": f"units_per_arm('0.02', '0.0978', '0.0979', {Z}, normal_quantile('0.8'))",
            "unpooled": f"units_per_arm('0.02', '0.0978', '0.0978', {Z}, normal_quantile('0.8'))",
        },
        pd.DataFrame({"alpha": [0.05]}),
    ).loc[0]
    assert np.ceil(found["pooled"]) == 3841
    assert round(found["unpooled"]) == 3838
