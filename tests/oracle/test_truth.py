"""What the demo planted, found again in the marts.

What belongs here: planted rates inside the marts' intervals, and everything without an interval
met to one percent, over fixed seeds. What does not: formulas (test_oracle.py).

Three seeds by default; OUTTURN_CALIBRATION_SEEDS=20 takes seeds 1 to 20. None is chosen by its
outcome.
"""

import os

import numpy as np
import pandas as pd
import pytest

from tests.oracle.companies import make_demo_companies, read_marts, read_truth

SEEDS = range(1, 1 + int(os.environ.get("OUTTURN_CALIBRATION_SEEDS") or 3))
COVERED = 0.90
AGENT_WEEK = ["workflow_id", "agent_id", "week_start"]
WORKFLOW_MONTH = ["workflow_id", "month_start"]
AGENT_COST = ["agent_id", "provider", "attribution", "is_estimated"]

# Part of truth.json, planted value, mart, low and high end.
INTERVALS = {
    "accuracy": (
        "agent_weeks",
        "accuracy_four_weeks",
        "kpi_task_accuracy_weekly",
        "accuracy_low",
        "accuracy_high",
    ),
    "error rate": (
        "agent_weeks",
        "planted_error_rate",
        "kpi_error_rate_weekly",
        "error_rate_low",
        "error_rate_high",
    ),
    "verified outputs": (
        "workflow_months",
        "verified_outputs_actual",
        "kpi_fte_displacement_monthly",
        "outputs_verified_low",
        "outputs_verified_high",
    ),
    "verified hours": (
        "workflow_months",
        "verified_hours_actual",
        "kpi_fte_displacement_monthly",
        "verified_hours_low",
        "verified_hours_high",
    ),
}

# Part of truth.json, what happened, mart, the column that says so.
POINTS = [
    ("agent_weeks", "attempted", "kpi_volume_velocity_value_weekly", "attempted"),
    ("agent_weeks", "completed", "kpi_cost_per_output_weekly", "outputs_completed"),
    ("agent_weeks", "settled", "kpi_cost_per_output_weekly", "outputs_settled"),
    ("agent_weeks", "successful", "kpi_cost_per_output_weekly", "outputs_successful"),
    ("agent_weeks", "reviews_random", "kpi_task_accuracy_weekly", "reviews_random"),
    ("agent_weeks", "reviews_accepted", "kpi_task_accuracy_weekly", "reviews_accepted"),
    ("agent_weeks", "runs", "kpi_error_rate_weekly", "runs"),
    ("agent_weeks", "failed_runs", "kpi_error_rate_weekly", "failed_runs"),
    ("workflow_months", "completed", "kpi_fte_displacement_monthly", "outputs_completed"),
    ("workflow_months", "oversight_hours", "kpi_fte_displacement_monthly", "oversight_hours"),
    ("workflow_months", "net_rework_hours", "kpi_fte_displacement_monthly", "net_rework_hours"),
    ("workflow_months", "hours", "kpi_fte_displacement_monthly", "worked_hours"),
    ("workflow_months", "realized_hours", "kpi_fte_displacement_monthly", "realized_hours"),
    ("baseline", "minutes_per_output", "baselines", "baseline_minutes_per_output"),
    ("providers", "billed_usd", "bills", "billed_usd"),
    ("providers", "allocated_usd", "bills", "allocated_usd"),
    ("providers", "unallocated_usd", "bills", "unallocated_usd"),
    ("agent_costs", "cost_usd", "agent_costs", "cost_usd"),
    ("settlements", "payable_usd", "kpi_contract_settlement_monthly", "payable_usd"),
]
KEYS = {
    "agent_weeks": AGENT_WEEK,
    "workflow_months": WORKFLOW_MONTH,
    "baseline": ["workflow_id"],
    "providers": ["provider"],
    "agent_costs": AGENT_COST,
    "settlements": ["contract_id", "month_start"],
}

# All that is read here.
MARTS = {mart for _, _, mart, _, _ in INTERVALS.values()} | {
    "kpi_volume_velocity_value_weekly",
    "kpi_cost_per_output_weekly",
    "kpi_cost_reconciliation_daily",
    "kpi_contract_settlement_monthly",
    "fct_agent_costs_daily",
}

Found = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Found, Found]:
    """Truths and marts of all seeds, one under the other, the seed beside them."""
    truths, marts = [], []
    workspace = tmp_path_factory.mktemp("companies")
    for seed, folder in zip(SEEDS, make_demo_companies(workspace, SEEDS, MARTS), strict=True):
        truths.append({part: _table(read_truth(folder)[part], seed) for part in KEYS})
        marts.append({name: _table(f, seed) for name, f in _summed(read_marts(folder)).items()})
    return _stacked(truths), _stacked(marts)


def _table(rows: object, seed: int) -> pd.DataFrame:
    frame = pd.DataFrame(rows).assign(seed=seed)
    for name in frame.columns:
        if name.endswith("_start"):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return frame


def _stacked(tables: list[Found]) -> Found:
    return {name: pd.concat([each[name] for each in tables]) for name in tables[0]}


def _summed(marts: Found) -> Found:
    """The marts, and totals over all days of those that truth.json has as totals."""
    bills = marts["kpi_cost_reconciliation_daily"].drop(columns="cost_date")
    costs = marts["fct_agent_costs_daily"]
    costs = costs[(costs["agent_id"] != "unallocated") & (costs["component"] != "oversight")]
    return {
        **marts,
        "bills": bills.set_index("provider").astype(float).groupby("provider").sum().reset_index(),
        "agent_costs": costs.astype({"cost_usd": float})
        .groupby(AGENT_COST, as_index=False)["cost_usd"]
        .sum(),
        "baselines": marts["kpi_fte_displacement_monthly"].drop_duplicates("workflow_id"),
    }


def _beside(found: tuple[Found, Found], part: str, mart: str) -> pd.DataFrame:
    truths, marts = found
    keys = ["seed", *KEYS[part]]
    return truths[part].merge(
        marts[mart], on=keys, how="left", suffixes=("", "_found"), indicator=True
    )


@pytest.mark.parametrize("name", INTERVALS)
def test_planted_rates_lie_in_their_intervals(found: tuple[Found, Found], name: str) -> None:
    part, planted, mart, low, high = INTERVALS[name]
    rows = _beside(found, part, mart)
    if part == "workflow_months":
        rows = rows[rows["is_final"] & (rows["completed_settled"] > 0)]
    ends = rows[[planted, low, high]].astype(float).dropna()
    # Room for what truth.json rounds.
    is_inside = ends[planted].between(ends[low] - 1e-6, ends[high] + 1e-6)
    share = is_inside.mean()
    outside = rows.loc[is_inside.index[~is_inside], ["seed", *KEYS[part], planted, low, high]]
    assert share >= COVERED, f"{share:.3f} of {len(ends)} inside\n{outside.head(10).to_string()}"


@pytest.mark.parametrize(("part", "happened", "mart", "column"), POINTS)
def test_what_happened_is_met_to_one_percent(
    found: tuple[Found, Found], part: str, happened: str, mart: str, column: str
) -> None:
    rows = _beside(found, part, mart)
    assert (rows["_merge"] == "both").all(), "a row of the truth is in no mart"
    column = f"{column}_found" if column == happened else column
    truth, said = rows[happened].astype(float), rows[column].astype(float)
    is_met = np.isclose(said, truth, rtol=0.01, atol=1e-6)
    if column in ("worked_hours", "realized_hours_found"):
        # Hours of few people are hidden, as in a baseline's first two days.
        is_hidden = rows["is_suppressed"].astype(bool).to_numpy()
        assert is_hidden.mean() < 0.25
        is_met |= is_hidden & said.isna().to_numpy()
    columns = ["seed", *KEYS[part], happened, column]
    assert is_met.all(), rows.loc[~is_met, columns].head(10).to_string()
