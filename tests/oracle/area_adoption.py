"""The marts of adoption and impact.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

from tests.oracle.adoption import feature_adoption
from tests.oracle.declared import Mart
from tests.oracle.judgement import judgement
from tests.oracle.teams import value_chain
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
    "kpi_judgement_quarterly": Mart(
        ("team_id", "quarter_start"),
        "adjudicated wrong_outputs caught catch_rate catch_rate_low catch_rate_high missed"
        " over_reliance over_reliance_low over_reliance_high right_outputs doubted under_reliance"
        " under_reliance_low under_reliance_high people_closed people_successful"
        " people_success_rate people_success_rate_change is_final is_suppressed",
        judgement,
    ),
    "kpi_value_chain_weekly": Mart(
        ("team_id", "week_start"),
        "active_people runs tokens attempted completed completion_rate value_usd verified_hours"
        " cost_usd cost_per_value is_final is_suppressed",
        value_chain,
    ),
}
