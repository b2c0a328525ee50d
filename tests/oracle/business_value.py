"""What experiments' findings are worth, month by month.

What belongs here: the value of primary metrics after their experiment. What does not: the
findings (experiments.py).
"""

import pandas as pd

from tests.oracle.experiments import is_true, readouts
from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, month_of, starts_between, strict_sum

KEYS = ["model_id", "month_start", "value_kind"]
VALUES = ["business_value_usd", "business_value_low_usd", "business_value_high_usd"]


def worth(row: pd.Series) -> dict[str, float]:
    """A month's value with its ends: nothing unless proven."""
    if row["status"] != "positive":
        return dict.fromkeys(VALUES, 0.0)
    direction = 1 if is_true(row["higher_is_better"]) else -1
    unit = row["exposed_units_per_month"] * row["value_per_unit_usd"] * direction
    ends = sorted([unit * row["ci_low"], unit * row["ci_high"]])
    return dict(zip(VALUES, [unit * row["estimate"], *ends], strict=True))


def business_value(facts: Facts) -> pd.DataFrame:
    """Every complete month after the last analysed assignment of a model's experiments."""
    found = readouts(facts)
    found = found[found["is_primary"] & found["last_assigned_at"].notna()]
    parts = []
    for _, row in found.iterrows():
        ended = month_of(pd.Series([row["last_assigned_at"]])).iloc[0]
        months = starts_between(ended + pd.offsets.MonthBegin(), facts.as_of + DAY, "month")
        months = months[months + pd.offsets.MonthEnd(0) <= facts.as_of]
        parts += [
            {
                "model_id": row["model_id"],
                "month_start": month,
                "value_kind": row["value_kind"],
                "exposed_units": row["exposed_units_per_month"],
                "is_proven": row["status"] == "positive",
                **worth(row),
            }
            for month in months
        ]
    columns = [*KEYS, "exposed_units", "is_proven", *VALUES]
    frame = pd.DataFrame(parts, columns=columns)
    by = frame.groupby(KEYS)
    counts = by.agg(experiments=("is_proven", "size"), is_proven=("is_proven", "any"))
    rows = strict_sum(frame, KEYS, ["exposed_units", *VALUES]).merge(counts, on=KEYS)
    rows["status"] = rows["is_proven"].map({True: "proven", False: "unproven"})
    return rows
