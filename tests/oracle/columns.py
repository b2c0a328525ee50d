"""Which columns of each mart the oracle calculates.

What belongs here: the columns a mart must have to be compared at all, and what identifies a row.
What does not: how any of them is calculated.
"""

from tests.oracle.areas import AREAS

WORKFLOW_MONTH = ("workflow_id", "month_start")
AGENT_WEEK = ("workflow_id", "agent_id", "week_start")

GRAINS: dict[str, tuple[str, ...]] = {
    "fct_work_items": ("work_item_id",),
    "fct_agent_runs": ("trace_id",),
    "fct_agent_costs_daily": ("agent_id", "cost_date", "provider", "component", "attribution"),
    "kpi_cost_reconciliation_daily": ("provider", "cost_date"),
    "kpi_cost_per_output_weekly": AGENT_WEEK,
    "kpi_task_accuracy_weekly": AGENT_WEEK,
    "kpi_error_rate_weekly": AGENT_WEEK,
    "kpi_volume_velocity_value_weekly": AGENT_WEEK,
    "kpi_token_economics_weekly": ("agent_id", "model", "week_start"),
    "kpi_fte_displacement_monthly": WORKFLOW_MONTH,
    "kpi_savings_monthly": WORKFLOW_MONTH,
    "kpi_scorecard_weekly": ("week_start", "workflow_id"),
    **{name: mart.grain for name, mart in AREAS.items()},
}

MEASURES: dict[str, str] = {
    "fct_work_items": "workflow_id agent_id is_closed closed_at closing_status handled_by"
    " is_attempted is_completed is_settled is_successful is_successful_human latency_minutes",
    "fct_agent_runs": "agent_id workflow_id work_item_id started_at ended_at is_failed"
    " is_handed_over input_tokens output_tokens cached_input_tokens",
    "fct_agent_costs_daily": "cost_usd driver is_estimated",
    "kpi_cost_reconciliation_daily": "billed_usd allocated_usd unallocated_usd difference_usd",
    "kpi_cost_per_output_weekly": "compute_cost_usd licensing_cost_usd integration_cost_usd"
    " oversight_cost_usd total_cost_usd rework_cost_usd outputs_completed outputs_settled"
    " outputs_successful outputs_verified outputs_verified_low outputs_verified_high"
    " cost_per_output_usd cost_per_verified_output_usd baseline_cost_per_output_usd cost_ratio"
    " cost_ratio_high cost_ratio_limit is_final meets_rule_this_week consecutive_weeks meets_rule",
    "kpi_task_accuracy_weekly": "reviews_random reviews_accepted accuracy accuracy_low"
    " accuracy_high half_width accuracy_margin is_sufficient reviews_needed reviews_targeted",
    "kpi_error_rate_weekly": "runs failed_runs error_rate error_rate_low error_rate_high"
    " contained_rate error_rate_ceiling is_breach",
    "kpi_volume_velocity_value_weekly": "attempted completed successful provisional"
    " completion_rate latency_median_minutes latency_p95_minutes sla_attainment"
    " baseline_latency_median_minutes baseline_latency_p95_minutes value_usd",
    "kpi_token_economics_weekly": "runs input_tokens output_tokens cached_input_tokens"
    " token_cost_usd tokens_per_successful_output token_cost_share",
    "kpi_fte_displacement_monthly": "worked_hours claimed_hours verified_hours verified_hours_low"
    " verified_hours_high realized_hours claimed_fte verified_fte verified_fte_low"
    " verified_fte_high realized_fte displacement_multiplier cash_releasing_fte capacity_fte"
    " is_final is_suppressed",
    "kpi_savings_monthly": "claimed_savings_usd verified_savings_usd risk_adjusted_savings_usd"
    " cash_releasing_savings_usd",
    "kpi_scorecard_weekly": "total_cost_usd outputs_verified attempted oversight_hours"
    " displaced_hours cost_per_verified_output_usd verified_resolution_rate"
    " displacement_multiplier risk_adjusted_savings_usd is_final net_rework_cost_usd"
    " outputs_verified_low outputs_verified_high displaced_hours_low displaced_hours_high"
    " cost_per_verified_output_usd_low cost_per_verified_output_usd_high"
    " verified_resolution_rate_low verified_resolution_rate_high displacement_multiplier_low"
    " displacement_multiplier_high verified_savings_usd verified_savings_high_usd"
    " cost_per_verified_output_usd_change"
    " verified_resolution_rate_change displacement_multiplier_change"
    " risk_adjusted_savings_usd_change",
    **{name: mart.measures for name, mart in AREAS.items()},
}

APPROXIMATED: dict[str, tuple[str, ...]] = {
    name: tuple(mart.approximated.split()) for name, mart in AREAS.items()
}
