"""The oracle of experiments, worked out by hand.

What belongs here: experiments of a few units, the reasoning beside each number. What does not:
the marts.
"""

from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from tests.oracle.business_value import business_value
from tests.oracle.experiments import readouts
from tests.oracle.facts import Facts
from tests.oracle.few_feeds import check, row, small_facts

NAN = float("nan")
COLUMNS = (
    "experiment_id,model_id,method,metric,is_primary,higher_is_better,value_kind,"
    "value_per_unit_usd,exposed_units_per_month,treatment_share,planned_units_per_arm,"
    "minimum_detectable_effect,alpha,power\n"
)
Z = 1.959963984540054


def facts_of(
    folder: Path,
    method: str,
    units: list[tuple[str, str, str, str, float | None, float | None]],
    planned: int = 2,
    higher_is_better: str = "true",
    share: float = 0.5,
) -> Facts:
    """One experiment; a unit is (id, arm, cluster, day of January or empty, pre, post)."""
    test = f"e,m,{method},x,true,{higher_is_better},revenue,2,100,{share},{planned},1,0.05,0.8"
    assigned = [
        f"e,{unit},{arm},{cluster},{f'2026-01-{day}T00:00:00Z' if day else ''}"
        for unit, arm, cluster, day, _, _ in units
    ]
    values = [
        f"e,{unit},x,{period},{value}"
        for unit, _, _, _, pre, post in units
        for period, value in (("pre", pre), ("post", post))
        if value is not None
    ]
    feeds = {
        "experiment_units": "\n".join(
            ["experiment_id,unit_id,arm,cluster_id,assigned_at", *assigned]
        ),
        "experiment_outcomes": "\n".join(["experiment_id,unit_id,metric,period,value", *values]),
    }
    limits = "threshold,value,why\nsrm_p_value_limit,0.001,x\n"
    seeds = {"experiments": COLUMNS + test, "kpi_thresholds": limits}
    return small_facts(folder, "2026-03-30", seeds, feeds)


def found(facts: Facts) -> pd.Series:
    return row(readouts(facts), experiment_id="e")


def plain(arm: str, values: list[float], first_day: int = 10) -> list[tuple]:
    return [
        (f"{arm[0]}{number}", arm, "", str(first_day + number), None, value)
        for number, value in enumerate(values)
    ]


def test_welch(tmp_path: Path) -> None:
    """1, 2, 3 against 5, 7, 9: variances 1 and 4, se² = 5/3, df = (5/3)²/(1/18 + 16/18)."""
    units = plain("control", [1, 2, 3]) + plain("treatment", [5, 7, 9])
    result = found(facts_of(tmp_path, "ab", units, planned=3))
    error, freedom = (5 / 3) ** 0.5, (25 / 9) / (17 / 18)
    half = stats.t.ppf(0.975, freedom) * error
    check(result, mean_control=2, mean_treatment=7, estimate=5, std_error=error)
    check(result, degrees_of_freedom=freedom, ci_low=5 - half, ci_high=5 + half, srm_p_value=1)
    # Mean variance 2.5: 2 x 2.5 x (1.96 + 0.84)² = 39.2.
    check(
        result,
        units_needed=40,
        power=stats.norm.cdf(1 / error - Z) + stats.norm.cdf(-1 / error - Z),
    )
    assert result["status"] == "positive"


def test_the_first_readout_stands(tmp_path: Path) -> None:
    """What the third units say comes too late; who has no day comes last."""
    units = plain("control", [1, 3, 100]) + plain("treatment", [2, 6, -50])
    units.append(("a0", "control", "", "", None, 70))
    result = found(facts_of(tmp_path, "ab", units))
    check(result, units_control=2, units_treatment=2, estimate=2, units_assigned_control=4)
    assert result["status"] == "underpowered"


def test_fewer_than_planned_is_running(tmp_path: Path) -> None:
    units = plain("control", [1, 2, 3]) + plain("treatment", [40, 60])
    late = [("t9", "treatment", "", "", None, None)]  # assigned, without an outcome
    result = found(facts_of(tmp_path, "ab", units + late, planned=3))
    check(result, units_treatment=2, units_assigned_treatment=3, estimate=48)
    assert result["status"] == "running"


def test_cuped_takes_off_what_was_there_before(tmp_path: Path) -> None:
    """pre 1, 3 | 2, 4 and post 2, 4 | 5, 8: mean pre 2.5, products 8.5, squares 5."""
    units = [
        ("c1", "control", "", "10", 1, 2),
        ("c2", "control", "", "11", 3, 4),
        ("t1", "treatment", "", "10", 2, 5),
        ("t2", "treatment", "", "11", 4, 8),
    ]
    result = found(facts_of(tmp_path, "ab", units))
    theta = 8.5 / 5
    # The arms' pre means are 2 and 3: 6.5 - 3 less theta.
    check(result, estimate=3.5 - theta, is_cuped=True)
    deviations = [2 - 2 * theta, 3 - 2 * theta]  # between the two of each arm
    error = sum(d**2 / 2 / 2 for d in deviations) ** 0.5
    check(result, std_error=error)


def test_one_missing_pre_value_leaves_no_cuped(tmp_path: Path) -> None:
    units = [("c1", "control", "", "10", 1, 2), ("c2", "control", "", "11", None, 4)]
    units += [("t1", "treatment", "", "10", 2, 5), ("t2", "treatment", "", "11", 4, 8)]
    check(found(facts_of(tmp_path, "ab", units)), estimate=3.5, is_cuped=False)


def test_clusters_are_the_units(tmp_path: Path) -> None:
    """Means of clusters 2 and 4 against 6 and 10; all units count for the arms' sizes."""
    units = [("c1", "control", "A", "10", None, 1), ("c2", "control", "A", "11", None, 3)]
    units += [("c3", "control", "B", "12", None, 4)]
    units += [("t1", "treatment", "C", "10", None, 6), ("t2", "treatment", "D", "11", None, 10)]
    result = found(facts_of(tmp_path, "ab", units))
    check(result, mean_control=3, mean_treatment=8, units_control=2, units_assigned_control=3)
    check(result, srm_p_value=stats.chi2.sf(2 * 0.5**2 / 2.5, 1))


def test_difference_in_differences(tmp_path: Path) -> None:
    """Changes 1 and 2 against 5 and 8; who has no value before is left out."""
    units = [("c1", "control", "", "10", 1, 2), ("c2", "control", "", "11", 3, 5)]
    units += [("t1", "treatment", "", "10", 2, 7), ("t2", "treatment", "", "11", 4, 12)]
    units += [("t0", "treatment", "", "01", None, 99)]
    result = found(facts_of(tmp_path, "did", units))
    check(result, estimate=5, units_treatment=2, srm_p_value=NAN)
    check(result, std_error=(0.5 / 2 + 4.5 / 2) ** 0.5)


def test_matched_pairs(tmp_path: Path) -> None:
    """Differences 1, 3 and 2 (of means); cluster D lacks an arm."""
    units = [("c1", "control", "A", "10", None, 1), ("t1", "treatment", "A", "10", None, 2)]
    units += [("c2", "control", "B", "10", None, 1), ("t2", "treatment", "B", "10", None, 4)]
    units += [("c3", "control", "C", "10", None, 1), ("t3", "treatment", "C", "10", None, 2)]
    units += [("t4", "treatment", "C", "10", None, 4), ("t5", "treatment", "D", "10", None, 9)]
    units += [("t6", "treatment", "", "10", None, 9)]
    result = found(facts_of(tmp_path, "matched", units, planned=3))
    check(result, units_control=3, estimate=2, std_error=(1 / 3) ** 0.5, degrees_of_freedom=2)
    # Variance 1 of differences: (1.96 + 0.84)² = 7.85.
    check(result, units_needed=8, mean_control=1, mean_treatment=3)


def test_no_variance(tmp_path: Path) -> None:
    units = plain("control", [1, 1]) + plain("treatment", [2, 2])
    result = found(facts_of(tmp_path, "ab", units))
    check(result, std_error=0, p_value=0, ci_low=1, ci_high=1, power=NAN, units_needed=0)
    assert result["status"] == "positive"


def test_no_difference_and_no_variance(tmp_path: Path) -> None:
    units = plain("control", [1, 1]) + plain("treatment", [1, 1])
    result = found(facts_of(tmp_path, "ab", units))
    check(result, std_error=0, p_value=NAN, estimate=0)
    assert result["status"] == "inconclusive"


def test_one_unit_has_no_error(tmp_path: Path) -> None:
    units = plain("control", [1]) + plain("treatment", [2, 3])
    result = found(facts_of(tmp_path, "ab", units, planned=1))
    check(result, estimate=1, std_error=NAN, ci_low=NAN, p_value=NAN, power=NAN)
    check(result, units_needed=NAN, units_treatment=1)
    assert result["status"] == "inconclusive"


def test_broken_randomisation_is_invalid(tmp_path: Path) -> None:
    """30 against 2 where half was wanted: chi-square 28²/32."""
    units = plain("control", [1.0, 2.0] * 15, -10) + plain("treatment", [50, 60])
    units = [(unit, arm, cluster, "10", pre, post) for unit, arm, cluster, _, pre, post in units]
    result = found(facts_of(tmp_path, "ab", units))
    check(result, srm_p_value=stats.chi2.sf(28**2 / 32, 1))
    assert result["status"] == "invalid"


@pytest.mark.parametrize(("better", "status"), [("true", "negative"), ("false", "positive")])
def test_lower_may_be_better(tmp_path: Path, better: str, status: str) -> None:
    units = plain("control", [9, 9.1]) + plain("treatment", [1, 1.1])
    assert found(facts_of(tmp_path, "ab", units, higher_is_better=better))["status"] == status


def test_value_of_complete_months_after_the_experiment(tmp_path: Path) -> None:
    """A hundred units a month, eight less each, two dollars apiece; March is not over."""
    units = plain("control", [9, 9.1]) + plain("treatment", [1, 1.1])
    facts = facts_of(tmp_path, "ab", units, higher_is_better="false")
    rows = business_value(facts)
    assert rows["month_start"].tolist() == [pd.Timestamp("2026-02-01")]
    half = stats.t.ppf(0.975, 2) * 0.005**0.5
    check(rows.iloc[0], business_value_usd=1600, business_value_low_usd=200 * (8 - half))
    check(rows.iloc[0], business_value_high_usd=200 * (8 + half), exposed_units=100, experiments=1)


def test_what_is_not_proven_is_worth_nothing(tmp_path: Path) -> None:
    units = plain("control", [1, 9]) + plain("treatment", [2, 9])
    rows = business_value(facts_of(tmp_path, "ab", units))
    check(rows.iloc[0], business_value_usd=0, business_value_high_usd=0)
    assert rows["status"].tolist() == ["unproven"]
