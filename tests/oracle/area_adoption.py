"""The marts of adoption and impact.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

from tests.oracle.adoption import feature_adoption
from tests.oracle.declared import Mart
from tests.oracle.judgement import judgement
from tests.oracle.teams import (
    agent_pods,
    cross_workflow_rework,
    usage_outcome_gap,
    value_chain,
)
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
    "kpi_usage_outcome_gap_monthly": Mart(
        ("team_id", "month_start"),
        "tokens tokens_before outputs_successful outputs_before assisted_items assisted_returned"
        " unassisted_items unassisted_returned token_growth output_growth tokens_per_success"
        " tokens_per_success_robust_z assisted_return_rate unassisted_return_rate return_rate_z"
        " return_rate_p_value is_tokenmaxxing is_workslop is_final is_suppressed",
        usage_outcome_gap,
    ),
    "kpi_agent_pods_monthly": Mart(
        ("team_id", "month_start"),
        "people agents agents_per_person managers managers_per_head outputs_verified"
        " outputs_verified_per_person is_suppressed",
        agent_pods,
    ),
    "kpi_cross_workflow_rework_monthly": Mart(
        ("causing_workflow_id", "affected_workflow_id", "month_start"),
        "rework_items rework_hours rework_cost_usd is_cross_workflow saving_before_rework_usd"
        " saving_left_usd",
        cross_workflow_rework,
    ),
}
