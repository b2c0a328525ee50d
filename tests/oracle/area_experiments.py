"""The marts of experiments and what they are worth.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

from tests.oracle.business_value import business_value
from tests.oracle.declared import Mart
from tests.oracle.experiments import readouts

MARTS = {
    "kpi_experiment_readouts": Mart(
        ("experiment_id", "metric"),
        "model_id method is_primary status units_control units_treatment units_assigned_control"
        " units_assigned_treatment srm_p_value is_cuped mean_control mean_treatment estimate"
        " std_error degrees_of_freedom ci_low ci_high p_value power units_needed"
        " planned_units_per_arm minimum_detectable_effect alpha",
        readouts,
        approximated="srm_p_value ci_low ci_high p_value power",
    ),
    "kpi_business_value_monthly": Mart(
        ("model_id", "month_start", "value_kind"),
        "business_value_usd business_value_low_usd business_value_high_usd exposed_units"
        " experiments status",
        business_value,
        approximated="business_value_low_usd business_value_high_usd",
    ),
}
