"""What models predict, how much and at what cost.

What belongs here: the predictions known on a day, throughput by hour, cost per prediction. What
does not: whether predictions are right (model_quality.py), whether they drift (drift.py).
"""

import numpy as np
import pandas as pd

from tests.oracle.facts import Facts, merge_zero
from tests.oracle.periods import DAY, ratio, strict_sum

HOUR = pd.Timedelta(hours=1)
DAY_HOURS, WEEK_HOURS = 24, 24 * 7
INSTANCE_DAY = ["model_id", "instance_type", "cost_date"]


def known_predictions(facts: Facts) -> pd.DataFrame:
    """Predictions up to as_of, without the labels that came later."""
    end = facts.as_of + DAY
    rows = facts.landing["predictions"]
    rows = rows[rows["predicted_at"] < end].copy()
    is_late = rows["labeled_at"] >= end
    for name in ("actual_label", "actual_value"):
        rows[name] = rows[name].mask(is_late)
    rows["cohort"] = rows["cohort"].fillna("unknown")
    rows["instance_type"] = rows["instance_type"].fillna("unknown")
    return rows


def throughput(facts: Facts) -> pd.DataFrame:
    """Every hour of a model from its first prediction to the end of as_of."""
    predictions = known_predictions(facts)
    last = facts.as_of + DAY - HOUR
    frames = []
    for model, times in predictions["predicted_at"].groupby(predictions["model_id"]):
        counts = times.dt.floor("h").value_counts()
        hours = pd.date_range(counts.index.min(), last, freq="h", unit="us")
        counts = counts.reindex(hours, fill_value=0).astype(float)
        frame = pd.DataFrame(
            {
                "predictions": counts,
                "rolling_24h_avg": counts.rolling(DAY_HOURS, min_periods=1).mean(),
                "p95_7d": counts.rolling(WEEK_HOURS, min_periods=1).quantile(0.95),
            }
        )
        frames.append(frame.rename_axis("hour_start").reset_index().assign(model_id=model))
    rows = pd.concat(frames, ignore_index=True)
    return rows.assign(is_peak=rows["predictions"] > rows["p95_7d"] + 1e-9)


def cost_per_prediction(facts: Facts) -> pd.DataFrame:
    """By resource type where a charge names one in use that day, else by predictions."""
    predictions = known_predictions(facts)
    predictions["cost_date"] = predictions["predicted_at"].dt.normalize()
    used = predictions.groupby(INSTANCE_DAY).size().rename("predictions").reset_index()
    model_day = ["model_id", "cost_date"]
    used["share"] = used["predictions"] / used.groupby(model_day)["predictions"].transform("sum")

    charges = facts.charge_days.rename(columns={"day": "cost_date"})
    charges = charges[(charges["component"] == "compute") & charges["model_id"].notna()]
    of_type = charges.assign(instance_type=charges["resource_type"])
    own = of_type.merge(used[INSTANCE_DAY], on=INSTANCE_DAY)
    rest = charges[~charges["part"].isin(own["part"])]
    shared = rest.merge(used, on=model_day)
    shared["cost_usd"] = shared["cost_usd"] * shared["share"]
    idle = rest[~rest["part"].isin(shared["part"])].assign(instance_type="none")
    parts = pd.concat([part[[*INSTANCE_DAY, "cost_usd"]] for part in (own, shared, idle)])

    sums = strict_sum(parts, INSTANCE_DAY, ["cost_usd"])
    sums = sums.rename(columns={"cost_usd": "compute_cost_usd"})
    rows = pd.concat([used[INSTANCE_DAY], sums[INSTANCE_DAY]]).drop_duplicates()
    rows = merge_zero(rows, used, INSTANCE_DAY, ["predictions"])
    rows = merge_zero(rows, sums, INSTANCE_DAY, ["compute_cost_usd"])
    if facts.charge_days.empty:
        rows["compute_cost_usd"] = np.nan  # nobody knows what nobody billed
    cost = ratio(rows["compute_cost_usd"], rows["predictions"])
    return rows.assign(cost_per_prediction_usd=cost)
