"""The marts of returns beyond savings: contracts, initiatives.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

import pandas as pd

from tests.oracle.business_value import business_value
from tests.oracle.declared import Mart
from tests.oracle.facts import Facts
from tests.oracle.returns import npv_scenarios, roi
from tests.oracle.settlement import settle


def _roi(facts: Facts) -> pd.DataFrame:
    return roi(facts, business_value(facts))


MARTS = {
    "kpi_contract_settlement_monthly": Mart(
        ("contract_id", "month_start"),
        "vendor outputs_verified outputs_verified_low price_per_outcome_usd gross_usd"
        " monthly_minimum_usd monthly_cap_usd reviews_random reviews_accepted accuracy_high"
        " accuracy_floor is_credited payable_usd invoiced_usd billed_outcomes variance_usd status"
        " is_final",
        settle,
    ),
    "kpi_npv_scenarios": Mart(
        ("initiative_id", "scenario"),
        "annual_discount_rate benefit_factor cost_factor first_month months npv_usd payback_months"
        " lowest_cumulative_usd total_benefit_usd total_cost_usd",
        npv_scenarios,
    ),
    "kpi_roi_cumulative_monthly": Mart(
        ("initiative_id", "month_start"),
        "benefit_usd cost_usd cumulative_benefit_usd cumulative_cost_usd roi verified_benefit_usd"
        " cumulative_verified_benefit_usd roi_verified year hours_per_output_actual"
        " hours_per_output_baseline efficiency_gain efficiency_gain_benchmark_low"
        " efficiency_gain_benchmark_high roi_benchmark_low roi_benchmark_high",
        _roi,
    ),
}
