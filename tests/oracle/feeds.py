"""The columns, types and keys of feeds that come as tables.

What belongs here: the feeds that every KPI rests on, and the list of all others. What
does not: reading files (landing.py), and the feeds of one area, which stand in feeds_<area>.py.
"""

from tests.oracle import feeds_adoption, feeds_models, feeds_returns, feeds_vendors
from tests.oracle.feed import Feed, feed

CORE = {
    "work_items": feed(
        "work_item_id workflow_id opened_at updated_at status handled_by",
        "work_item_id updated_at",
        text="work_item_id workflow_id team_id status handled_by agent_id worker_id"
        " caused_by_work_item_id",
        time="opened_at first_closed_at resolved_at updated_at reopened_at",
        number="business_value_usd",
        flag="ai_assisted",
    ),
    "agent_reviews": feed(
        "review_id work_item_id agent_id reviewed_at selection verdict",
        "review_id",
        "reviewed_at",
        text="review_id work_item_id agent_id reviewer_id team_id selection verdict"
        " adjudicated_verdict",
        time="reviewed_at",
    ),
    "timesheets": feed(
        "worker_id work_date activity hours",
        "worker_id work_date activity workflow_id agent_id work_item_id",
        text="worker_id activity workflow_id agent_id work_item_id",
        date="work_date",
        number="hours",
        summed="hours",
    ),
    "hr_positions": feed(
        "worker_id effective_from job_profile team_id department worker_type fte_percent"
        " annual_base_pay currency",
        "worker_id effective_from",
        text="worker_id job_profile team_id department manager_id country worker_type currency",
        date="effective_from effective_to termination_date",
        number="fte_percent annual_base_pay",
        ends="effective_to termination_date",
    ),
    "fx_rates": feed(
        "rate_date currency usd_per_unit",
        "rate_date currency",
        text="currency",
        date="rate_date",
        number="usd_per_unit",
    ),
    "focus": feed(
        "BilledCost EffectiveCost BillingCurrency ChargePeriodStart ChargePeriodEnd ProviderName"
        " ChargeCategory",
        text="BillingCurrency ProviderName ChargeCategory ServiceCategory ServiceName SubAccountId"
        " ResourceType Tags",
        time="ChargePeriodStart ChargePeriodEnd",
        decimal="BilledCost EffectiveCost",
    ),
}

FEEDS: dict[str, Feed] = {
    **feeds_models.FEEDS,
    **feeds_adoption.FEEDS,
    **feeds_returns.FEEDS,
    **feeds_vendors.FEEDS,
}
