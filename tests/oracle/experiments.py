"""What experiments found.

What belongs here: which units are analysed, estimates by method, power, status. What does not:
what the findings are worth (business_value.py).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY

ARMS = ("control", "treatment")


@dataclass(frozen=True)
class Estimate:
    """A difference between arms; null where too few units allow none."""

    estimate: float = np.nan
    std_error: float = np.nan
    degrees_of_freedom: float = np.nan
    variance: float = np.nan
    mean_control: float = np.nan
    mean_treatment: float = np.nan
    is_cuped: bool = False


def is_true(value: object) -> bool:
    return str(value).lower() == "true"


def assigned_units(facts: Facts, experiment: str) -> pd.DataFrame:
    """Units assigned up to as_of, or nobody knows when."""
    units = facts.landing["experiment_units"]
    units = units[units["experiment_id"] == experiment]
    return units[units["assigned_at"].isna() | (units["assigned_at"] < facts.as_of + DAY)]


def analysed_units(facts: Facts, test: pd.Series) -> pd.DataFrame:
    """One row a unit with pre and post values and the value its method compares."""
    outcomes = facts.landing["experiment_outcomes"]
    is_own = (outcomes["experiment_id"] == test.experiment_id) & (outcomes["metric"] == test.metric)
    values = outcomes[is_own].set_index(["unit_id", "period"])["value"].unstack("period")
    values = values.reindex(columns=["pre", "post"]).reset_index()
    units = assigned_units(facts, test.experiment_id).merge(values, on="unit_id")
    units = units.dropna(subset=["pre", "post"] if test.method == "did" else ["post"])
    if test.method == "did":
        units = units.assign(value=units["post"] - units["pre"])
    else:
        units = units.assign(value=units["post"])
    if test.method == "matched":
        units = units.dropna(subset=["cluster_id"])
    units["analysis_id"] = units["cluster_id"].combine_first(units["unit_id"])
    return units


def cluster_means(units: pd.DataFrame) -> pd.DataFrame:
    """One row an arm and analysis unit; its pre value needs that of every unit."""
    frame = units.groupby(["arm", "analysis_id"]).agg(
        value=("value", "mean"),
        pre=("pre", lambda values: values.mean(skipna=False)),
        assigned_at=("assigned_at", "min"),
        last_assigned_at=("assigned_at", "max"),
    )
    return frame.reset_index()


def first_planned(rows: pd.DataFrame, planned: float) -> pd.DataFrame:
    """The first readout stands: only so many by assignment, then id."""
    ordered = rows.sort_values(["assigned_at", "analysis_id"], na_position="last", kind="stable")
    return ordered.head(int(planned))


def pairs_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Clusters with both arms: what each arm had, and the difference."""
    wide = rows.pivot(index="analysis_id", columns="arm", values="value").reindex(columns=ARMS)
    times = rows.groupby("analysis_id").agg(
        assigned_at=("assigned_at", "min"), last_assigned_at=("last_assigned_at", "max")
    )
    pairs = wide.dropna().join(times).reset_index()
    return pairs.assign(value=pairs["treatment"] - pairs["control"])


def paired(pairs: pd.DataFrame) -> Estimate:
    if pairs.empty:
        return Estimate()
    means = dict(
        estimate=pairs["value"].mean(),
        mean_control=pairs["control"].mean(),
        mean_treatment=pairs["treatment"].mean(),
    )
    if len(pairs) < 2:
        return Estimate(**means)
    variance = exact_zero(pairs["value"])
    return Estimate(
        **means,
        std_error=np.sqrt(variance / len(pairs)),
        degrees_of_freedom=len(pairs) - 1,
        variance=variance,
    )


def exact_zero(values: pd.Series) -> float:
    """Sample variance, free of the dust that equal values leave in floating point."""
    return 0.0 if values.max() == values.min() else values.var(ddof=1)


def adjusted(rows: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """CUPED, where every analysed unit has a pre value and these differ."""
    if len(rows) < 2 or rows["pre"].isna().any() or rows["pre"].nunique() == 1:
        return rows, False
    theta = np.cov(rows["value"], rows["pre"], ddof=1)[0, 1] / rows["pre"].var(ddof=1)
    shifted = rows["value"] - theta * (rows["pre"] - rows["pre"].mean())
    return rows.assign(value=shifted), True


def welch(rows: pd.DataFrame, is_cuped: bool) -> Estimate:
    control, treatment = (rows.loc[rows["arm"] == arm, "value"] for arm in ARMS)
    means = dict(
        estimate=treatment.mean() - control.mean(),
        mean_control=control.mean(),
        mean_treatment=treatment.mean(),
        is_cuped=is_cuped,
    )
    if min(len(control), len(treatment)) < 2:
        return Estimate(**means)
    variances = [exact_zero(values) for values in (control, treatment)]
    if max(variances) == 0:
        return Estimate(**means, std_error=0.0, variance=0.0)
    compared = CompareMeans(DescrStatsW(treatment), DescrStatsW(control))
    return Estimate(
        **means,
        std_error=compared.std_meandiff_separatevar,
        degrees_of_freedom=compared.dof_satt(),
        variance=float(np.mean(variances)),
    )


def infer(found: Estimate, test: pd.Series) -> dict[str, float]:
    """Interval, p value, power and units needed."""
    z = stats.norm.ppf(1 - test.alpha / 2)
    effect, error = abs(test.minimum_detectable_effect), found.std_error
    samples = 1 if test.method == "matched" else 2
    z_power = stats.norm.ppf(test.power)
    needed = samples * found.variance * (z + z_power) ** 2 / effect**2 if effect else np.nan
    known = {"units_needed": np.ceil(needed)}
    if error == 0:
        p_value = 0.0 if found.estimate else np.nan
        return {
            **known,
            "ci_low": found.estimate,
            "ci_high": found.estimate,
            "p_value": p_value,
            "power": np.nan,
        }
    half = stats.t.ppf(1 - test.alpha / 2, found.degrees_of_freedom) * error
    return {
        **known,
        "ci_low": found.estimate - half,
        "ci_high": found.estimate + half,
        "p_value": 2 * stats.t.sf(abs(found.estimate / error), found.degrees_of_freedom),
        "power": stats.norm.cdf(effect / error - z) + stats.norm.cdf(-effect / error - z),
    }


def ratio_mismatch(counts: dict[str, int], test: pd.Series) -> float:
    """Chi-square p value of the arms' sizes; ab only."""
    total = sum(counts.values())
    if test.method != "ab" or not total:
        return np.nan
    wanted = [total * (1 - test.treatment_share), total * test.treatment_share]
    return float(stats.chisquare([counts[arm] for arm in ARMS], wanted).pvalue)


def status(row: dict[str, float], test: pd.Series, invalid_below: float) -> str:
    planned = test.planned_units_per_arm
    if test.method == "ab" and row["srm_p_value"] < invalid_below:
        return "invalid"
    if row["units_control"] < planned or row["units_treatment"] < planned:
        return "running"
    if row["ci_low"] > 0 or row["ci_high"] < 0:
        is_better = (row["estimate"] > 0) == is_true(test.higher_is_better)
        return "positive" if is_better else "negative"
    return "underpowered" if row["power"] < test.power else "inconclusive"


def read_out(facts: Facts, test: pd.Series) -> dict[str, object]:
    """One row of the readouts."""
    units = analysed_units(facts, test)
    rows = cluster_means(units)
    planned = test.planned_units_per_arm
    if test.method == "matched":
        rows = first_planned(pairs_of(rows), planned)
        found, counts = paired(rows), dict.fromkeys(ARMS, len(rows))
    else:
        kept = [first_planned(rows[rows["arm"] == arm], planned) for arm in ARMS]
        rows, counts = pd.concat(kept), dict(zip(ARMS, map(len, kept), strict=True))
        rows, is_cuped = adjusted(rows) if test.method == "ab" else (rows, False)
        found = welch(rows, is_cuped)
    arms = assigned_units(facts, test.experiment_id)["arm"].value_counts()
    assigned = {arm: int(arms.get(arm, 0)) for arm in ARMS}
    row: dict[str, object] = {
        **test.to_dict(),
        **vars(found),
        **{f"units_{arm}": counts[arm] for arm in ARMS},
        **{f"units_assigned_{arm}": assigned[arm] for arm in ARMS},
        "srm_p_value": ratio_mismatch(assigned, test),
        "last_assigned_at": rows["last_assigned_at"].max(),
        **infer(found, test),
    }
    said = status(row, test, facts.threshold("srm_p_value_limit"))
    return {**row, "is_primary": is_true(test.is_primary), "status": said}


def readouts(facts: Facts) -> pd.DataFrame:
    """One row an experiment and metric of the seed that has a unit."""
    tests = facts.seeds["experiments"]
    tests = tests[[len(assigned_units(facts, name)) > 0 for name in tests["experiment_id"]]]
    rows = [read_out(facts, test) for _, test in tests.iterrows()]
    return pd.DataFrame(rows)
