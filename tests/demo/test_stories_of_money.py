"""What is planted in contracts, initiatives and experiments, as the marts of returns tell it."""

import json
from pathlib import Path

import duckdb
import pytest

Marts = duckdb.DuckDBPyConnection
Stories = dict[str, dict]


def statuses(marts: Marts, status: str) -> set[tuple[str, str]]:
    return set(
        marts.execute(
            "select contract_id, month_start::varchar from returns.kpi_contract_settlement_monthly"
            f" where is_final and status = '{status}'"
        ).fetchall()
    )


def test_one_vendor_bills_more_than_it_delivered(marts: Marts, stories: Stories) -> None:
    overbilled = statuses(marts, "overbilled")
    assert {contract for contract, _ in overbilled} == {stories["overbilled"]["contract_id"]}
    assert len(overbilled) == 3
    assert statuses(marts, "underbilled") == set()


def test_one_contract_is_credited_from_the_month_it_falls_below_its_floor(
    marts: Marts, stories: Stories
) -> None:
    credited = marts.execute(
        "select contract_id, month_start::varchar from returns.kpi_contract_settlement_monthly"
        " where is_credited and is_final"
    ).fetchall()
    story = stories["below_its_floor"]
    assert credited == [(story["contract_id"], story["month_start"])]


def test_one_month_was_not_invoiced(marts: Marts, stories: Stories) -> None:
    story = stories["month_without_invoice"]
    assert statuses(marts, "not invoiced") == {(story["contract_id"], story["month_start"])}


def test_one_initiative_never_pays_back(marts: Marts, stories: Stories) -> None:
    never = marts.execute(
        "select initiative_id, count(*) from returns.kpi_npv_scenarios"
        " where payback_months is null group by initiative_id"
    ).fetchall()
    assert never == [(stories["never_pays_back"]["initiative_id"], 3)]


def test_every_experiment_reads_as_it_was_planted(marts: Marts, small_company: Path) -> None:
    truth = json.loads((small_company / "truth.json").read_text(encoding="utf-8"))
    readouts = {
        experiment: row
        for experiment, *row in marts.execute(
            "select experiment_id, status, estimate, ci_low, ci_high"
            " from returns.kpi_experiment_readouts where is_primary"
        ).fetchall()
    }
    assert readouts.keys() == {planted["experiment_id"] for planted in truth["experiments"]}
    for planted in truth["experiments"]:
        status, estimate, low, high = readouts[planted["experiment_id"]]
        assert status == planted["status"]
        assert low < planted["effect"] < high
        if status != "invalid":
            assert estimate == pytest.approx(planted["effect"], rel=0.15)


def test_only_proven_experiments_are_worth_something(marts: Marts) -> None:
    worth = marts.execute(
        "select distinct model_id, value_kind from returns.kpi_business_value_monthly"
        " where business_value_usd <> 0"
    ).fetchall()
    assert set(worth) == {
        ("offer-recommender", "revenue"),
        ("route-planner", "cost_saving"),
        ("fraud-screen", "cost_saving"),
    }


def test_one_initiative_has_cost_more_than_it_brought_and_stays_last(
    marts: Marts, stories: Stories
) -> None:
    returns = dict(
        marts.execute(
            "select initiative_id, arg_max(roi, month_start)"
            " from returns.kpi_roi_cumulative_monthly group by initiative_id"
        ).fetchall()
    )
    assert min(returns, key=returns.get) == stories["never_pays_back"]["initiative_id"]
