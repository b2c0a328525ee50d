"""Whether what models see still looks like their reference window.

What belongs here: population stability, Kolmogorov-Smirnov, drift rates. What does not: whether
the predictions are right.
"""

import json

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, month_of, ratio, week_of
from tests.oracle.predictions import known_predictions

SCORE = "score"
EMPTY_SHARE = 0.0001
KS_AT_5_PERCENT = 1.358
DECILES = np.arange(1, 10) / 10


def feature_values(predictions: pd.DataFrame) -> pd.DataFrame:
    """One row a prediction and feature with a finite number, the score being one more."""
    rows = []
    for prediction in predictions.itertuples():
        given = {} if pd.isna(prediction.features) else json.loads(prediction.features)
        for name, value in {**given, SCORE: prediction.score}.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if is_number and np.isfinite(value):
                rows.append((prediction.model_id, name, prediction.predicted_at, float(value)))
    columns = ["model_id", "feature", "predicted_at", "value"]
    return pd.DataFrame(rows, columns=columns).astype({"predicted_at": "datetime64[us]"})


def stability(week: np.ndarray, reference: np.ndarray, fewest: float) -> float:
    """Population stability index over the reference's deciles; null below so many values."""
    if min(len(week), len(reference)) < fewest:
        return np.nan
    edges = np.unique(np.quantile(reference, DECILES))
    shares = []
    for values in (week, reference):
        # A value equal to an edge belongs below it.
        bins = np.searchsorted(edges, values, side="left")
        share = np.bincount(bins, minlength=len(edges) + 1) / len(values)
        shares.append(np.where(share == 0, EMPTY_SHARE, share))
    now, before = shares
    return float(((now - before) * np.log(now / before)).sum())


def drift(facts: Facts) -> pd.DataFrame:
    """Complete weeks after the reference window of each registered model."""
    values = feature_values(known_predictions(facts))
    values["week_start"] = week_of(values["predicted_at"])
    fewest = facts.threshold("drift_values_needed")
    rows = []
    for model in facts.seeds["models"].dropna(subset=["reference_end"]).itertuples():
        if model.reference_end > facts.as_of:
            continue
        own = values[values["model_id"] == model.model_id]
        day = own["predicted_at"].dt.normalize()
        reference = own[day.between(model.reference_start, model.reference_end)]
        is_after = own["week_start"] > model.reference_end
        is_complete = own["week_start"] + 6 * DAY <= facts.as_of
        for (feature, week), group in own[is_after & is_complete].groupby(
            ["feature", "week_start"]
        ):
            before = reference.loc[reference["feature"] == feature, "value"].to_numpy()
            found = compare(group["value"].to_numpy(), before, fewest)
            rows.append(
                {"model_id": model.model_id, "feature": feature, "week_start": week} | found
            )
    frame = pd.DataFrame(rows)
    is_far = frame["ks"] > frame["ks_critical"]
    is_shifted = frame["psi"] >= facts.threshold("drift_psi_limit")
    is_moderate = frame["psi"] >= facts.threshold("drift_psi_with_ks")
    frame["is_drifted"] = is_shifted | (is_far & is_moderate)
    return frame


def compare(week: np.ndarray, reference: np.ndarray, fewest: float) -> dict[str, float]:
    n, m = len(week), len(reference)
    return {
        "n": n,
        "n_reference": m,
        "psi": stability(week, reference, fewest),
        "ks": ks_2samp(week, reference).statistic if n and m else np.nan,
        "ks_critical": KS_AT_5_PERCENT * np.sqrt((n + m) / (n * m)) if n and m else np.nan,
    }


def drift_rate(facts: Facts) -> pd.DataFrame:
    """By model and month: weeks in which any feature drifted, of those that could be judged."""
    rows = drift(facts)
    rows["is_judged"] = rows["psi"].notna()
    weeks = rows.groupby(["model_id", "week_start"])[["is_judged", "is_drifted"]].any()
    weeks = weeks.reset_index()
    weeks["month_start"] = month_of(weeks["week_start"])
    sums = weeks.groupby(["model_id", "month_start"])[["is_judged", "is_drifted"]].sum()
    sums = sums.reset_index()
    sums = sums.rename(columns={"is_judged": "windows", "is_drifted": "drifted_windows"})
    rate = ratio(sums["drifted_windows"], sums["windows"])
    limit = facts.threshold("drift_rate_for_retrain")
    return sums.assign(drift_rate=rate, retrain_recommended=rate >= limit)
