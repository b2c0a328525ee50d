"""The marts of governance: gates, decisions, alerts, coverage.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

import pandas as pd

from tests.oracle.alerts import alerts
from tests.oracle.costs import build_reconciliation
from tests.oracle.coverage import coverage
from tests.oracle.declared import Mart
from tests.oracle.drift import drift
from tests.oracle.facts import Facts
from tests.oracle.gates import gate_reviews
from tests.oracle.scope import scope_decisions


def _decisions(facts: Facts) -> pd.DataFrame:
    return scope_decisions(facts, drift(facts))


def _alerts(facts: Facts) -> pd.DataFrame:
    return alerts(facts, build_reconciliation(facts.charge_days, facts.costs))


MARTS = {
    "kpi_scope_decisions_weekly": Mart(
        ("agent_id", "week_start"),
        "workflow_id decision accuracy_high accuracy_floor is_drifted is_error_breach"
        " is_accuracy_sufficient meets_cost_rule cost_rule_week latency_p95_minutes sla_minutes",
        _decisions,
    ),
    "kpi_alerts": Mart(
        ("subject_type", "subject_id", "metric", "period_start"),
        "value threshold severity owner_role",
        _alerts,
    ),
    "kpi_coverage": Mart(
        ("kpi",),
        "area needed_feeds missing_feeds stale_feeds is_complete rows_without_position"
        " rows_without_rate",
        coverage,
    ),
    "kpi_gate_reviews": Mart(
        ("agent_id", "gate", "criterion"),
        "workflow_id metric review_date value target comparison is_met is_gate_passed",
        gate_reviews,
    ),
}
