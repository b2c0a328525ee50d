"""The macros of returns against numpy-financial.

Conventions: a flow in month t is worth flow * (1 + r)^(-t / 12) at the annual rate r, the first
flow is undiscounted (t = 0), and the annual rate at which that sum is zero is numpy-financial's
monthly irr compounded twelve times.
"""

import numpy as np
import numpy_financial as npf
import pandas as pd
import pytest

from tests.statistics.conftest import Calculate

CASES = 1000
MONTHS = 36


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20260628)


def test_npv(calculate: Calculate, random: np.random.Generator) -> None:
    flows, rates = random.normal(0, 1e5, (CASES, MONTHS)), random.uniform(-0.5, 1, CASES)
    cases = pd.DataFrame({
        "flow": flows.ravel(),
        "rate": rates.repeat(MONTHS),
        "month": np.tile(np.arange(MONTHS), CASES),
    })  # fmt: skip
    values = calculate({"worth": "present_value('flow', 'rate', 'month')"}, cases)["worth"]
    found = values.to_numpy().reshape(CASES, MONTHS).sum(axis=1)
    monthly = (1 + rates) ** (1 / 12) - 1
    expected = [npf.npv(rate, each) for rate, each in zip(monthly, flows, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6)


def test_at_the_internal_rate_of_return_nothing_is_gained(
    calculate: Calculate, random: np.random.Generator
) -> None:
    flows = np.r_[-1e5, random.uniform(1e3, 1e4, MONTHS - 1)]
    annual = (1 + npf.irr(flows)) ** 12 - 1
    cases = pd.DataFrame({"flow": flows, "rate": annual, "month": np.arange(MONTHS)})
    found = calculate({"worth": "present_value('flow', 'rate', 'month')"}, cases)["worth"]
    assert found.sum() == pytest.approx(0, abs=1e-6)


def test_payback(calculate: Calculate, random: np.random.Generator) -> None:
    flows = random.normal(1e3, 1e4, (CASES, MONTHS))
    flows[:, 0] -= 2e4
    flows[0, 0], flows[1] = 5, -1
    totals = flows.cumsum(axis=1)
    cases = pd.DataFrame({
        "month": np.tile(np.arange(MONTHS), CASES),
        "net": flows.ravel(),
        "cumulative": totals.ravel(),
    })  # fmt: skip
    values = calculate({"paid": "payback_month('month', 'net', 'cumulative')"}, cases)["paid"]
    found = values.groupby(np.arange(CASES).repeat(MONTHS)).min()
    expected = [_payback(each) for each in totals]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert found[0] == 0
    assert np.isnan(found[1])


def _payback(totals: np.ndarray) -> float:
    """Months until the running total is zero: month t runs from t to t + 1, its flow evenly."""
    reached = np.flatnonzero(totals >= 0)
    if not len(reached):
        return np.nan
    month = reached[0]
    if month == 0:
        return 0.0
    return float(np.interp(0, totals[month - 1 : month + 1], [month, month + 1]))
