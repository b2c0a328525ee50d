"""The marts of adoption and impact.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

from tests.oracle.adoption import feature_adoption
from tests.oracle.declared import Mart
from tests.oracle.trust import trust

MARTS = {
    "kpi_feature_adoption_monthly": Mart(
        ("feature_id", "team_id", "job_profile", "month_start"),
        "eligible onboarded active active_before retained adoption_rate retention_rate"
        " is_suppressed",
        feature_adoption,
    ),
    "kpi_trust_quarterly": Mart(
        ("subject_type", "subject_id", "quarter_start"),
        "responses csat csat_responses nps nps_responses trust trust_responses fluency"
        " fluency_responses reviewed overridden override_rate trust_score is_suppressed",
        trust,
    ),
}
