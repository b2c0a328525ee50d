"""The marts of models in operation.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

from tests.oracle.declared import Mart
from tests.oracle.drift import drift, drift_rate
from tests.oracle.incidents import annotations, availability, deployment_cadence, mttr
from tests.oracle.model_quality import model_quality
from tests.oracle.predictions import cost_per_prediction, throughput

MODEL_MONTH = ("model_id", "month_start")
SUBJECT = ("subject_type", "subject_id")

MARTS = {
    "kpi_model_throughput_hourly": Mart(
        ("model_id", "hour_start"), "predictions rolling_24h_avg p95_7d is_peak", throughput
    ),
    "kpi_deployment_cadence_monthly": Mart(
        MODEL_MONTH,
        "production_deployments deployments_with_lead_time median_lead_time_hours rollbacks"
        " rollback_rate",
        deployment_cadence,
    ),
    "kpi_cost_per_prediction_daily": Mart(
        ("model_id", "instance_type", "cost_date"),
        "compute_cost_usd predictions cost_per_prediction_usd",
        cost_per_prediction,
    ),
    "kpi_incident_mttr_monthly": Mart(
        (*SUBJECT, "severity", "month_start"),
        "incidents resolved open resolution_hours mttr_hours median_resolution_hours"
        " incidents_with_start detection_hours time_to_detect_hours",
        mttr,
    ),
    "kpi_availability_monthly": Mart(
        (*SUBJECT, "month_start"),
        "minutes_down minutes availability availability_slo is_breach",
        availability,
    ),
    "kpi_model_quality_weekly": Mart(
        ("model_id", "cohort", "week_start"),
        "predictions n_labeled correct accuracy accuracy_low accuracy_high true_positives"
        " false_positives false_negatives true_negatives precision recall f1"
        " false_positive_rate mae rmse disparity disparity_high is_unfair",
        model_quality,
    ),
    "kpi_drift_weekly": Mart(
        ("model_id", "feature", "week_start"),
        "n n_reference psi ks ks_critical is_drifted",
        drift,
    ),
    "kpi_drift_rate_monthly": Mart(
        MODEL_MONTH, "windows drifted_windows drift_rate retrain_recommended", drift_rate
    ),
    "kpi_event_annotations": Mart(("source", "event_id", *SUBJECT), "event_date", annotations),
}
