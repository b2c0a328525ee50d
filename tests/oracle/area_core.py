"""Facts beyond work, runs and cost.

What belongs here: evaluations of runs. What does not: KPIs.
"""

import pandas as pd

from tests.oracle.declared import Mart
from tests.oracle.facts import Facts
from tests.oracle.log_events import EVALUATION_KEY
from tests.oracle.periods import DAY


def run_evaluations(facts: Facts) -> pd.DataFrame:
    """What is told of a run's quality up to as_of; of two tools' telling OTLP's."""
    logged, scored = facts.landing["evaluations"], facts.landing["langfuse_scores"]
    subject = EVALUATION_KEY[:3]
    told = set(logged[logged["evaluated_at"] < facts.as_of + DAY][subject].itertuples(index=False))
    is_new = [row not in told for row in scored[subject].itertuples(index=False)]
    rows = pd.concat([logged, scored[pd.Series(is_new, scored.index, dtype=bool)]])
    rows = rows[rows["evaluated_at"] < facts.as_of + DAY]
    return rows.drop_duplicates(EVALUATION_KEY, keep="last")


MARTS = {
    "fct_run_evaluations": Mart(
        tuple(EVALUATION_KEY),
        "score_value score_label",
        run_evaluations,
    ),
}
