"""Contracts and initiatives worked out by hand.

What belongs here: settlement, present values, returns on the company of by_hand.py. What does not:
the marts.

In February its agent completes three items, two reviewed and accepted, one successful: verified
outputs are the smaller of 3 x 1/2 and 1. As of 31 March the month is final (seven days).
"""

import pandas as pd
import pytest

from tests.oracle.by_hand import check, company
from tests.oracle.facts import Facts
from tests.oracle.kpis import build_facts
from tests.oracle.returns import npv_scenarios, roi
from tests.oracle.settlement import settle

SEEDS = {
    "agents": "agent_id,name,workflow_id,deployed_on,integration_cost_usd,amortization_months,"
    "contract_id\na1,A,w1,2026-02-02,365,12,\n",
    "contracts": "contract_id,vendor,agent_id,starts_on,ends_on,price_per_outcome_usd,"
    "monthly_minimum_usd,monthly_cap_usd,accuracy_floor,credit_rate,costed_from\n"
    "plain,V,a1,2026-02-10,,100,,,0.3,0.2,focus\n"
    "least,V,a1,2026-02-01,2026-02-28,100,150,,0.3,0.2,focus\n"
    "most,V,a1,2026-02-01,2026-02-28,100,,60,1.5,0.2,focus\n"
    "later,V,a1,2026-04-01,,100,,,0.3,0.2,focus\n",
    "kpi_thresholds": "threshold,value,why\ncost_ratio_limit,0.4,x\ncost_rule_weeks,4,x\n"
    "reviews_for_known_rate,30,x\ninvoice_tolerance,0.01,x\nmin_cohort_size,1,x\n"
    "efficiency_gain_benchmark_low,0.15,x\nefficiency_gain_benchmark_high,0.3,x\n"
    "roi_benchmark_low,1.5,x\nroi_benchmark_high,3,x\n",
    "models": "model_id,initiative_id,agent_id\nm,one,a1\nn,two,a1\nfree,three,\n",
    "initiatives": "initiative_id,start_month\none,2025-01-01\n",
    "npv_scenarios": "scenario,annual_discount_rate,benefit_factor,cost_factor\n"
    "base,0.1,1,1\nshy,0.1,0.5,2\n",
}
FEEDS = {
    "vendor_invoices": [
        "invoice_id,contract_id,period_start,period_end,billed_outcomes,amount,currency",
        "i1,plain,2026-01-31,2026-02-01,4,200,USD",
        "i2,plain,2026-02-28,2026-02-28,,0.90,USD",
        "i3,least,2026-02-01,2026-02-03,1,100.000000001,USD",
        "i4,least,2026-04-01,2026-04-02,1,100,USD",
    ],
    "cash_flows": [
        "initiative_id,month,kind,amount_usd,status",
        "one,2026-01-01,development,-100,actual",
        "one,2026-02-01,benefit,40,actual",
        "one,2026-02-01,benefit,900,projected",
        "one,2026-04-01,benefit,80,projected",
        "one,2026-04-01,cloud,-20,projected",
        "one,2026-04-01,cloud,-5,actual",
        "two,2026-03-01,licensing,-10,actual",
        "three,2026-03-01,benefit,10,actual",
    ],
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("returns")
    return build_facts(*company(folder, SEEDS, FEEDS), pd.Timestamp("2026-03-31"))


@pytest.fixture(scope="module")
def settled(facts: Facts) -> pd.DataFrame:
    return settle(facts).set_index(["contract_id", "month_start"])


def test_a_contract_has_its_complete_months(settled: pd.DataFrame) -> None:
    months = settled.reset_index().groupby("contract_id")["month_start"].count()
    assert months.to_dict() == {"plain": 2, "least": 1, "most": 1}


def test_invoices_fall_on_their_days(settled: pd.DataFrame) -> None:
    """Half of the first invoice is January's; the second does not say what it bills."""
    expected = {"gross_usd": 100, "payable_usd": 100, "invoiced_usd": 100.9, "variance_usd": 0.9}
    found = settled.loc["plain"].loc["2026-02-01"]
    check(found, {**expected, "reviews_random": 2, "accuracy_high": 1})
    assert found["status"] == "agreed"
    assert pd.isna(found["billed_outcomes"])
    march = settled.loc["plain"].loc["2026-03-01"]
    check(march, {"outputs_verified": 0, "payable_usd": 0})
    assert pd.isna(march["status"])  # the rework window of March is not over
    assert pd.isna(march["invoiced_usd"])


def test_minimum_cap_and_credit(settled: pd.DataFrame) -> None:
    least = settled.loc["least"].loc["2026-02-01"]
    check(least, {"payable_usd": 150, "invoiced_usd": 100.000000001})
    assert least["status"] == "underbilled"
    most = settled.loc["most"].loc["2026-02-01"]
    check(most, {"gross_usd": 100, "payable_usd": 60 * 0.8})  # nothing reaches a floor of 1.5
    assert most["is_credited"]
    assert most["status"] == "not invoiced"


def test_present_values(facts: Facts) -> None:
    """-100, 40, 0 and 60 planned; a plan for a month that is over is none, nor is a later bill."""
    rows = npv_scenarios(facts).set_index(["initiative_id", "scenario"])
    expected = {
        "months": 4,
        "npv_usd": -100 + 40 * 1.1 ** (-1 / 12) + 60 * 1.1 ** (-3 / 12),
        "payback_months": 4,
        "lowest_cumulative_usd": -100,
        "total_benefit_usd": 120,
        "total_cost_usd": 120,
    }
    check(rows.loc[("one", "base")], expected)
    shy = {"total_benefit_usd": 80, "total_cost_usd": 140, "payback_months": float("nan")}
    check(rows.loc[("one", "shy")], shy)
    check(rows.loc[("three", "base")], {"payback_months": 0, "npv_usd": 10})


def test_returns_share_a_workflow_and_need_no_workflow(facts: Facts) -> None:
    """February's verified benefit of w1 is 1 x 100 - 50 of net rework, half of it `one`'s."""
    value = pd.DataFrame(
        [("free", pd.Timestamp("2026-03-01"), 7.0)],
        columns=["model_id", "month_start", "business_value_usd"],
    )
    rows = roi(facts, value).set_index(["initiative_id", "month_start"])
    expected = {
        "benefit_usd": 40,
        "cumulative_cost_usd": 100,
        "roi": -0.6,
        "verified_benefit_usd": 25,
        "roi_verified": -0.75,
        "year": 2,
        "hours_per_output_actual": 1,
        "hours_per_output_baseline": 2,
        "efficiency_gain": 0.5,
    }
    check(rows.loc["one"].loc["2026-02-01"], expected)
    assert rows.index[-1] == ("two", pd.Timestamp("2026-03-01"))
    check(rows.loc["three"].loc["2026-03-01"], {"verified_benefit_usd": 7, "year": 1})
