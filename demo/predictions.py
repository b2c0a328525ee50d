"""The predictions: what each model said, what turned out to be true, and on which features.

What belongs here: distributions of features and scores, labels, the drift and the threshold that
are planted, the predictions files. What does not: experiments with models (experiments.py).

Features and scores are drawn in strata, week by week: their distribution differs from the
reference window's only where that is planted, however few predictions there are.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from demo.files import Landing, stamp, taken_from, weekly_then_daily
from demo.operations import Deployment
from demo.plan import DAY, DAYS, FIRST_DAY, day_number, day_of
from demo.records import END

FEWEST, WEEKLY = 150, 300
LABELED = 0.5
MISSING = 0.01
DAY_SHARES = (0.17, 0.17, 0.16, 0.16, 0.16, 0.10, 0.08)
DRIFTS, DRIFTS_FROM, DRIFT_WEEKLY, MOST_DRIFT = "route-planner", date(2026, 5, 4), 0.6, 1.8
RETUNED, RETUNED_ON = "fraud-screen", date(2026, 4, 6)
THRESHOLD, THRESHOLD_AFTER = 0.50, 0.65


@dataclass(frozen=True)
class ModelPlan:
    """One model as planted.

    labels: the positive one first, () for a regression. rarity: exponent of the uniform score.
    center: score at which either label is as likely. hit: probability that a label of several is
    right. features: name, middle and spread; the first ones drift where drift is planted.
    """

    model_id: str
    cohorts: tuple[str, ...]
    instances: tuple[str, ...]
    features: tuple[tuple[str, float, float], ...]
    labels: tuple[str, ...] = ()
    rarity: float = 1.5
    center: float = 0.5
    hit: float = 0.0
    level: float = 0.0
    spread: float = 0.0
    error: float = 0.0


MODELS = (
    ModelPlan(
        "triage-urgency", ("adult", "child", "senior"), ("cpu.large",),
        (("age", 46, 12), ("words", 90, 25)), ("urgent", "routine"),
    ),
    ModelPlan(
        "claims-severity", ("motor", "property"), ("gpu.small",),
        (("claim_amount", 3200, 700), ("documents", 5, 1.2)), level=50, spread=12, error=4,
    ),
    ModelPlan(
        "invoice-extractor", ("domestic", "foreign"), ("",),
        (("pages", 3, 0.8), ("contrast", 0.7, 0.08)), ("match", "no_match"), rarity=0.6,
    ),
    ModelPlan(
        "offer-recommender", ("new", "returning"), ("gpu.small", "cpu.large"),
        (("visits", 8, 2.5), ("basket", 55, 14)), ("home", "garden", "sports"), hit=0.78,
    ),
    ModelPlan(
        "fraud-screen", ("card", "transfer", "wallet"), ("cpu.large", "cpu.xlarge"),
        (("amount", 140, 40), ("account_age", 30, 9)), ("fraud", "genuine"), rarity=3, center=0.6,
    ),
    ModelPlan(
        "route-planner", ("city", "country"), ("cpu.large",),
        (("temperature", 9, 2.5), ("stops", 24, 4), ("traffic", 0.5, 0.1)),
        level=180, spread=30, error=9,
    ),
)  # fmt: skip


@dataclass
class Predictions:
    """One entry a prediction; seconds since the first day; labeled is END where nobody labels.

    label, actual: index into the model's labels or -1; features: values beside each other, nan
    where missing or where the model has fewer; drifted: whether the drift is planted there.
    """

    model: np.ndarray
    predicted: np.ndarray
    labeled: np.ndarray
    instance: np.ndarray
    cohort: np.ndarray
    label: np.ndarray
    actual: np.ndarray
    value: np.ndarray
    actual_value: np.ndarray
    score: np.ndarray
    features: np.ndarray

    def __len__(self) -> int:
        return len(self.model)


def make_predictions(
    rng: np.random.Generator, models: list[dict[str, str]], scale: float
) -> Predictions:
    """Draw every model's predictions, week by week from the start of its reference window."""
    starts = {row["model_id"]: day_number(row["reference_start"]) for row in models}
    number = round(max(FEWEST, WEEKLY * scale))
    parts = [
        _week(rng, place, model, first, number)
        for place, model in enumerate(MODELS)
        for first in range(starts[model.model_id], DAYS, 7)
    ]
    names = Predictions.__dataclass_fields__
    made = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.argsort(made["predicted"], kind="stable")
    return Predictions(**{name: column[order] for name, column in made.items()})


def _strata(rng: np.random.Generator, number: int) -> np.ndarray:
    """Uniform values, one in each of `number` equal parts, in random order."""
    return (rng.permutation(number) + rng.random(number)) / number


def _week(
    rng: np.random.Generator, place: int, model: ModelPlan, first: int, number: int
) -> Predictions:
    day = first + np.searchsorted(np.cumsum(DAY_SHARES)[:-1], _strata(rng, number))
    moment = day * DAY + (6 * 3600 + rng.random(number) * 15 * 3600).astype(np.int64)
    rank = _strata(rng, number)
    score = np.round(rank**model.rarity, 4)
    label, actual = np.full(number, -1), np.full(number, -1)
    value = actual_value = np.full(number, np.nan)
    if len(model.labels) == 2:
        retuned = model.model_id == RETUNED and first >= day_number(RETUNED_ON)
        label = (score < (THRESHOLD_AFTER if retuned else THRESHOLD)).astype(np.int64)
        likely = 1 / (1 + np.exp(-12 * (score - model.center)))
        actual = (rng.random(number) >= likely).astype(np.int64)
    elif model.labels:
        kinds = len(model.labels)
        label = rng.integers(0, kinds, number)
        other = (label + rng.integers(1, kinds, number)) % kinds
        actual = np.where(rng.random(number) < model.hit, label, other)
    else:
        score = np.full(number, np.nan)
        value = np.round(_quantile(rank, model.level, model.spread), 3)
        actual_value = np.round(value + rng.normal(0, model.error, number), 3)
    late = rng.integers(1 * DAY, 12 * DAY, number)
    labeled = np.where(rng.random(number) < LABELED, np.minimum(moment + late, END), END)
    return Predictions(
        np.full(number, place), moment, labeled, rng.integers(0, len(model.instances), number),
        rng.integers(0, len(model.cohorts), number), label, actual, value, actual_value, score,
        _features(rng, model, first, rank),
    )  # fmt: skip


def _quantile(share: np.ndarray, middle: float, spread: float) -> np.ndarray:
    """Values of a logistic distribution with that middle and about that standard deviation."""
    return middle + spread * 0.55 * np.log(share / (1 - share))


def _features(
    rng: np.random.Generator, model: ModelPlan, first: int, rank: np.ndarray
) -> np.ndarray:
    """Feature values that go along with the score, each in strata; now and then one is missing."""
    weeks = (first - day_number(DRIFTS_FROM)) // 7 + 1
    shift = min(MOST_DRIFT, DRIFT_WEEKLY + 0.2 * weeks) if weeks > 0 else 0.0
    columns = []
    for place in range(max(len(each.features) for each in MODELS)):
        if place >= len(model.features):
            columns.append(np.full(len(rank), np.nan))
            continue
        _, middle, spread = model.features[place]
        # The last feature of the drifting model has nothing to do with the season.
        drifts = model.model_id == DRIFTS and place < len(model.features) - 1
        values = np.sort(_quantile(_strata(rng, len(rank)), middle, spread))
        order = np.argsort(np.argsort(rank + rng.normal(0, 0.5, len(rank))))
        column = np.round(values[order] + (shift * spread if drifts else 0.0), 4)
        columns.append(np.where(rng.random(len(rank)) < MISSING, np.nan, column))
    return np.stack(columns, axis=1)


def write_predictions(
    predictions: Predictions, deployments: list[Deployment], landing: Landing
) -> None:
    """A row on the day of the prediction, and the same with its label on the day it is labeled."""
    number = len(predictions)
    labeled = np.flatnonzero(predictions.labeled < END)
    index = np.concatenate([np.arange(number), labeled])
    known = np.repeat([False, True], [number, len(labeled)])
    day = np.where(known, predictions.labeled[index], predictions.predicted[index]) // DAY
    kinds = pa.table({
        "model": np.arange(len(MODELS)), "model_id": [model.model_id for model in MODELS],
        "labels": [list(model.labels) for model in MODELS],
        "cohorts": [list(model.cohorts) for model in MODELS],
        "instances": [list(model.instances) for model in MODELS],
        "names": [[name for name, _, _ in model.features] for model in MODELS],
    })  # fmt: skip
    rows = pa.table({
        "number": index, "known": known, "model": predictions.model[index],
        "version": _versions(predictions, deployments)[index],
        "predicted": predictions.predicted[index], "labeled": predictions.labeled[index],
        "instance": predictions.instance[index], "cohort": predictions.cohort[index],
        "label": predictions.label[index], "actual": predictions.actual[index],
        "value": predictions.value[index], "actual_value": predictions.actual_value[index],
        "score": predictions.score[index],
    } | {
        f"feature_{place}": predictions.features[index, place]
        for place in range(predictions.features.shape[1])
    })  # fmt: skip
    pairs = ", ".join(
        f"""'"' || names[{place + 1}] || '": ' || nullif(feature_{place}, 'nan'::double)"""
        for place in range(predictions.features.shape[1])
    )
    select = f"""
        select
            printf('P%08d', number) as prediction_id, model_id, version,
            {stamp("predicted")} as predicted_at, nullif(instances[instance + 1], '')
            as instance_type, cohorts[cohort + 1] as cohort,
            case when label >= 0 then 'classification' else 'regression' end as task,
            case when label >= 0 then labels[label + 1] end as predicted_label,
            nullif(value, 'nan'::double) as predicted_value,
            nullif(score, 'nan'::double) as score,
            case when known and actual >= 0 then labels[actual + 1] end as actual_label,
            case when known then nullif(actual_value, 'nan'::double) end as actual_value,
            case when known then {stamp("labeled")} end as labeled_at,
            '{{' || concat_ws(', ', {pairs}) || '}}' as features
        from rows inner join kinds using (model) order by known, number
    """
    landing.connection.register("kinds", kinds)
    landing.csv_by_period("predictions", taken_from(rows), day, weekly_then_daily(), select)
    landing.connection.unregister("kinds")


def _versions(predictions: Predictions, deployments: list[Deployment]) -> np.ndarray:
    """The version of each prediction's model that was in production at that moment."""
    versions = np.full(len(predictions), "1.0", dtype=object)
    start = np.datetime64(FIRST_DAY, "s")
    for place, model in enumerate(MODELS):
        live = [
            each for each in deployments
            if each.model_id == model.model_id and each.environment == "production"
            and each.status == "success"
        ]  # fmt: skip
        since = np.array([np.datetime64(each.deployed_at, "s") for each in live]) - start
        mine = np.flatnonzero(predictions.model == place)
        turn = np.searchsorted(since.astype(int), predictions.predicted[mine], side="right") - 1
        versions[mine] = np.array([each.version for each in live])[np.maximum(turn, 0)]
    return versions


def false_positive_rates(predictions: Predictions) -> tuple[float, float]:
    """Of the retuned model, before and after: genuine cases called positive, over all genuine."""
    mine = predictions.model == [model.model_id for model in MODELS].index(RETUNED)
    genuine = mine & (predictions.labeled < END) & (predictions.actual == 1)
    after = predictions.predicted >= day_number(RETUNED_ON) * DAY
    return tuple(
        float((predictions.label[genuine & side] == 0).mean()) for side in (~after, after)
    )  # fmt: skip


def story_of_drift() -> dict[str, object]:
    """Which features drift, and from which week on."""
    model = next(model for model in MODELS if model.model_id == DRIFTS)
    names = [name for name, _, _ in model.features[:-1]]
    first = day_of(day_number(DRIFTS_FROM)).isoformat()
    return {
        "story": "seasonal_drift", "model_id": DRIFTS, "features": names, "week_start": first,
    }  # fmt: skip
