"""Whether predictions are right, by model, cohort and week.

What belongs here: confusion counts, rates, errors, disparity between cohorts. What does not: which
predictions and labels are known (predictions.py).
"""

import numpy as np
import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import ratio, week_of, wilson
from tests.oracle.predictions import known_predictions

MODEL_WEEK = ["model_id", "week_start"]
KEYS = ["model_id", "cohort", "week_start"]
RATES = ["precision", "recall", "f1", "false_positive_rate"]
ALL = "all"


def model_quality(facts: Facts) -> pd.DataFrame:
    predictions = known_predictions(facts)
    predictions["week_start"] = week_of(predictions["predicted_at"])
    positive = facts.seeds["models"].set_index("model_id")["positive_label"]
    predictions["positive_label"] = predictions["model_id"].map(positive)
    by_cohort = pd.concat([predictions, predictions.assign(cohort=ALL)])
    rows = pd.DataFrame(
        [
            {**dict(zip(KEYS, key, strict=True)), **measures(group)}
            for key, group in by_cohort.groupby(KEYS)
        ]
    )
    low, high = wilson(rows["correct"], rows["n_judged"])
    rows = rows.assign(accuracy_low=low, accuracy_high=high)
    rows = rows.merge(disparity(rows), on=MODEL_WEEK, how="left")
    for name in ("disparity", "disparity_high"):
        rows[name] = rows[name].where(rows["cohort"] == ALL)
    is_unfair = rows["disparity_high"] < facts.threshold("disparity_limit")
    rows["is_unfair"] = is_unfair.astype(float).where(rows["disparity_high"].notna())
    return rows


def measures(group: pd.DataFrame) -> dict[str, float]:
    """Everything one cohort's week says about itself."""
    is_class = group["task"] == "classification"
    judged = group[is_class & group["actual_label"].notna() & group["predicted_label"].notna()]
    valued = group[~is_class].dropna(subset=["actual_value", "predicted_value"])
    errors = (valued["predicted_value"] - valued["actual_value"]).to_numpy(float)
    correct = (judged["predicted_label"] == judged["actual_label"]).sum()
    return {
        "predictions": len(group),
        "n_labeled": len(judged) + len(valued),
        "n_judged": len(judged),
        "correct": correct,
        "accuracy": correct / len(judged) if len(judged) else np.nan,
        **rates(judged, group["positive_label"].iloc[0]),
        "mae": np.abs(errors).mean() if len(errors) else np.nan,
        "rmse": np.sqrt((errors**2).mean()) if len(errors) else np.nan,
    }


def confusion(judged: pd.DataFrame, label: str) -> tuple[int, int, int, int]:
    """True positives, false positives, false negatives, true negatives of one label."""
    said, was = judged["predicted_label"] == label, judged["actual_label"] == label
    return tuple(int(part.sum()) for part in (said & was, said & ~was, ~said & was, ~said & ~was))


def one_label(judged: pd.DataFrame, label: str, nothing: float) -> dict[str, float]:
    """Rates of one label; over zero is `nothing`."""
    tp, fp, fn, tn = confusion(judged, label)
    parts = ((tp, tp + fp), (tp, tp + fn), (2 * tp, 2 * tp + fp + fn), (fp, fp + tn))
    return {
        name: top / bottom if bottom else nothing
        for name, (top, bottom) in zip(RATES, parts, strict=True)
    }


def rates(judged: pd.DataFrame, positive: str | float) -> dict[str, float]:
    """Of the positive label; without one the mean over classes, as scikit-learn's macro."""
    names = ["true_positives", "false_positives", "false_negatives", "true_negatives"]
    if judged.empty:
        return dict.fromkeys(RATES, np.nan)
    if isinstance(positive, str):
        counts = dict(zip(names, confusion(judged, positive), strict=True))
        return {**counts, **one_label(judged, positive, np.nan)}
    classes = sorted({*judged["predicted_label"], *judged["actual_label"]})
    each = pd.DataFrame([one_label(judged, label, 0.0) for label in classes])
    return each.mean().to_dict()


def disparity(rows: pd.DataFrame) -> pd.DataFrame:
    """By model and week: the worst cohort's accuracy over the best's, and at its kindest."""
    cohorts = rows[(rows["cohort"] != ALL) & (rows["n_judged"] > 0)]
    cohorts = cohorts.sort_values([*MODEL_WEEK, "accuracy", "cohort"])
    worst = cohorts.drop_duplicates(MODEL_WEEK)
    cohorts = cohorts.sort_values("accuracy", ascending=False, kind="stable")
    best = cohorts.drop_duplicates(MODEL_WEEK)
    both = worst.merge(best, on=MODEL_WEEK, suffixes=("_worst", "_best"))
    return both[MODEL_WEEK].assign(
        disparity=ratio(both["accuracy_worst"], both["accuracy_best"]),
        disparity_high=ratio(both["accuracy_high_worst"], both["accuracy_low_best"]),
    )
