"""The oracle on a company so small that every number is worked out by hand.

What belongs here: one workflow, one agent, one week, the reasoning beside each number. What does
not: the marts, and the company itself (by_hand.py).
"""

from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.by_hand import check, company, row
from tests.oracle.kpis import build_core, build_facts
from tests.oracle.landing import complete_to

WEEK = {"workflow_id": "w1", "agent_id": "a1", "week_start": "2026-02-09"}
MONTH = {"workflow_id": "w1", "month_start": "2026-02-01"}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("company")
    return build_core(build_facts(*company(folder), pd.Timestamp("2026-03-31")))


def test_the_last_complete_day_is_the_earliest_newest_event(tmp_path: Path) -> None:
    landing, _ = company(tmp_path)
    assert complete_to(landing, pd.Timestamp("2026-05-01").date()) == pd.Timestamp("2026-03-31")


def test_items(marts: dict[str, pd.DataFrame]) -> None:
    items = marts["fct_work_items"].set_index("work_item_id")
    assert items["latency_minutes"]["i1"] == 10  # closed 14:10+06:00
    assert items["agent_id"][["i1", "i4"]].tolist() == ["a1", "a1"]  # i4's by its run
    assert items.index[items["is_successful"]].tolist() == ["i1"]
    assert set(items.index[items["is_successful_human"]]) == {"h1", "h2", "h3", "h4", "h5", "r1"}
    assert not items["is_closed"].get("late", False)


def test_volume(marts: dict[str, pd.DataFrame]) -> None:
    expected = {
        "attempted": 4,
        "completed": 3,
        "successful": 1,
        "provisional": 0,
        "completion_rate": 0.75,
        "latency_median_minutes": 20,  # of 10, 20, 40
        "latency_p95_minutes": 38,  # 20 + 0.9 x 20
        "sla_attainment": 0.5,  # 10 and 20 of four within 30
        "value_usd": 30,
        "baseline_latency_median_minutes": 30,  # of 10 to 50
        "baseline_latency_p95_minutes": 48,
        "baseline_success_rate": 5 / 6,
    }
    check(row(marts, "kpi_volume_velocity_value_weekly", **WEEK), expected)


def test_accuracy_reads_the_earliest_random_review_of_completed_items(
    marts: dict[str, pd.DataFrame],
) -> None:
    found = row(marts, "kpi_task_accuracy_weekly", **WEEK)
    # Wilson for 2 of 2: low = 2 / (2 + z^2)
    expected = {
        "reviews_random": 2,
        "reviews_accepted": 2,
        "reviews_targeted": 1,
        "accuracy": 1,
        "accuracy_low": 2 / (2 + 1.959963984540054**2),
        "accuracy_high": 1,
        "reviews_needed": 385,  # 384.1 of them,
    }
    check(found, expected)
    fourth = row(marts, "kpi_task_accuracy_weekly", **{**WEEK, "week_start": "2026-03-02"})
    fifth = row(marts, "kpi_task_accuracy_weekly", **{**WEEK, "week_start": "2026-03-09"})
    assert (fourth["reviews_random"], fifth["reviews_random"]) == (2, 0)


def test_errors(marts: dict[str, pd.DataFrame]) -> None:
    expected = {"runs": 2, "failed_runs": 1, "error_rate": 0.5, "contained_rate": 1}
    check(row(marts, "kpi_error_rate_weekly", **WEEK), expected)


def test_cost_per_output(marts: dict[str, pd.DataFrame]) -> None:
    # Verified by the rate: 1 of 2 reviews x 3 settled = 1.5, at most the one successful.
    z2 = 1.959963984540054**2
    low = 3 * (0.5 - (z2 * (0.25 / 2 + z2 / 16)) ** 0.5 / (1 + z2 / 2))
    expected = {
        "compute_cost_usd": 10,  # only the 10th has tokens to share the bill of the week by
        "licensing_cost_usd": 7,
        "integration_cost_usd": 7,
        "oversight_cost_usd": 50,
        "total_cost_usd": 74,
        "rework_cost_usd": 150,
        "outputs_completed": 3,
        "outputs_settled": 3,
        "outputs_successful": 1,
        "outputs_verified": 1,
        "outputs_verified_low": low,
        "cost_per_output_usd": 74,
        "cost_per_verified_output_usd": 74,
        "baseline_cost_per_output_usd": 100,
        "cost_ratio": 0.74,
        "cost_ratio_high": 0.74 / low,
    }
    found = row(marts, "kpi_cost_per_output_weekly", **WEEK)
    check(found, expected)
    assert found["is_final"]
    assert not found["meets_rule_this_week"]


def test_the_bill(marts: dict[str, pd.DataFrame]) -> None:
    """Nobody has tokens on the 9th and no agent is live on the 1st: both are unallocated."""
    reconciled = marts["kpi_cost_reconciliation_daily"].set_index(["provider", "cost_date"])
    expected = {
        ("Prov", "2026-02-09"): (10, 0, 10),
        ("Prov", "2026-02-10"): (10, 10, 0),
        ("Lic", "2026-02-01"): (1, 0, 1),
        ("Lic", "2026-02-02"): (1, 1, 0),
    }
    columns = ["billed_usd", "allocated_usd", "unallocated_usd"]
    for (provider, day), values in expected.items():
        assert tuple(reconciled.loc[(provider, pd.Timestamp(day)), columns]) == values


def test_tokens_without_a_bill_are_estimated(marts: dict[str, pd.DataFrame]) -> None:
    found = row(
        marts,
        "fct_agent_costs_daily",
        agent_id="a1",
        cost_date="2026-03-10",
        component="compute",
    )
    assert found["is_estimated"]
    assert found["cost_usd"] == pytest.approx((800 + 200 * 0.5 + 100 * 10) / 1e6)
    economics = row(
        marts, "kpi_token_economics_weekly", agent_id="a1", model="m1", week_start="2026-02-09"
    )
    expected = {"runs": 1, "input_tokens": 1000, "token_cost_usd": 10}
    check(economics, {**expected, "tokens_per_successful_output": 1100})


def test_months(marts: dict[str, pd.DataFrame]) -> None:
    """February: four hours by 4.5 reporting FTE, p5 leaves after the 14th: 8/9 hours per FTE."""
    expected = {
        "claimed_hours": 6,
        "verified_hours": 0,  # 2 - 1 of oversight - (3 - 2) of net rework
        "realized_hours": 1,  # one output of 2 hours, 1 hour of review
        "claimed_fte": 6.75,
        "realized_fte": 1.125,
        "displacement_multiplier": 2,
        "cash_releasing_fte": 0.5,
        "capacity_fte": 0.625,
    }
    check(row(marts, "kpi_fte_displacement_monthly", **MONTH), expected)
    baseline = row(marts, "kpi_fte_displacement_monthly", **{**MONTH, "month_start": "2026-01-01"})
    assert baseline["realized_hours"] == 0
    assert pd.isna(baseline["realized_fte"])  # one person's hours are nobody's to read


def test_savings(marts: dict[str, pd.DataFrame]) -> None:
    spent = 10 + 27 + 27  # compute of the 10th; licence and integration from the 2nd on
    expected = {
        "claimed_savings_usd": 300,
        "verified_savings_usd": 100 - 50 - 50 - spent,
        "cash_releasing_savings_usd": 0.5 * 8 / 9 * 50 - spent,
    }
    check(row(marts, "kpi_savings_monthly", **MONTH), expected)


def test_scorecard(marts: dict[str, pd.DataFrame]) -> None:
    """w2 has no baseline but no output of an agent either: the company is w1."""
    for workflow in ("w1", "all"):
        found = row(marts, "kpi_scorecard_weekly", workflow_id=workflow, week_start="2026-02-09")
        expected = {"displaced_hours": 2, "displacement_multiplier": 2, "attempted": 4}
        check(found, {**expected, "verified_resolution_rate": 0.25})
