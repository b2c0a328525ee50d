"""The marts of governance: gates, decisions, alerts, coverage.

What belongs here: what identifies a row and which columns are compared. What does not: formulas.
"""

from tests.oracle.coverage import coverage
from tests.oracle.declared import Mart
from tests.oracle.gates import gate_reviews

MARTS = {
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
