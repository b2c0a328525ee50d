"""Experiments that went wrong in every way.

What belongs here: no variance, one unit, clusters in both arms, missing values, broken arms, pairs
without a partner, dates missing or in the future. What does not: models in operation.
"""

from dataclasses import dataclass

import pandas as pd

from tests.oracle.chance import FIRST, Chance


@dataclass(frozen=True)
class Odd:
    """An experiment of the seed and how its units come about."""

    name: str
    method: str = "ab"
    planned: int = 20
    units: int = 60
    share: float = 0.5
    treated: float = 0.5
    alpha: float = 0.05
    power: float = 0.8
    effect: float = 1.0
    lift: float = 0.0
    spread: float = 2.0
    better: str = "true"
    clusters: int = 0
    clustered: float = 1.0
    pre: float = 0.0
    post: float = 1.0
    dated: float = 0.95
    model: str = "offer-recommender"
    kind: str = "revenue"


ODD = [
    Odd("odd-lift", lift=3, kind="risk_avoided"),
    Odd("odd-harm", lift=3, better="false", alpha=0.1),
    Odd("odd-saving", lift=-3, better="false", effect=-1, kind="cost_saving"),
    Odd("odd-nothing", alpha=0.01),
    Odd("odd-weak", effect=0.1, power=0.9),
    Odd("odd-broken", treated=0.15, lift=5),
    Odd("odd-uneven", share=0.2, treated=0.2, units=150, lift=2),
    Odd("odd-running", planned=500, lift=4),
    Odd("odd-constant", spread=0, lift=1, units=50, planned=8),
    Odd("odd-equal", spread=0, planned=8),
    Odd("odd-single", planned=1, units=8, lift=1),
    Odd("odd-one-arm", treated=1.0, share=0.9, units=5),
    Odd("odd-two", planned=2, units=9, lift=3),
    Odd("odd-cuped", pre=1.0, lift=1, units=120),
    Odd("odd-nearly-cuped", pre=0.97, lift=1),
    Odd("odd-clusters", clusters=50, units=400, lift=1),
    Odd("odd-cuped-clusters", clusters=60, units=300, pre=1.0, lift=1),
    Odd("odd-some-clusters", clusters=12, units=90, clustered=0.5, lift=1),
    Odd("odd-did", method="did", pre=0.9, post=0.9, lift=2),
    Odd("odd-did-clusters", method="did", clusters=30, planned=10, units=200, pre=0.9, lift=2),
    Odd("odd-pairs", method="matched", clusters=40, units=110, planned=15, lift=1.5),
    Odd("odd-few-pairs", method="matched", clusters=2, units=5, planned=1, kind="cost_saving"),
    Odd(
        "odd-loose-pairs", method="matched", clusters=30, clustered=0.6, units=90, lift=2, planned=5
    ),
    Odd("odd-undated", dated=0.0, lift=4),
    Odd("odd-silent", post=0.0),
    Odd("odd-empty", units=0),
]
CORRECTED = ("odd-lift", "odd-did", "odd-pairs")
SEED_ROWS = [
    f"{odd.name},{odd.model},{odd.method},found,true,{odd.better},{odd.kind},2.5,1000,{odd.share},"
    f"{odd.planned},{odd.effect},{odd.alpha},{odd.power}"
    for odd in ODD
] + ["odd-lift,offer-recommender,ab,beside,false,true,revenue,,,0.5,20,1,0.05,0.8"]


def feeds(chance: Chance) -> dict[str, list[dict]]:
    """Rows by feed."""
    units, outcomes = [], []
    for odd in ODD:
        for number in range(odd.units):
            unit = _unit(chance, odd, number)
            units.append(unit)
            outcomes += _outcomes(chance, odd, unit)
            if chance.true(0.02):
                units.append({**unit, "arm": "control"})
    outcomes += [
        {**row, "value": "11.25"} for row in outcomes[::97] if "lift" in row["experiment_id"]
    ]
    outcomes += [{**outcomes[0], "unit_id": "nobody"}, {**outcomes[0], "experiment_id": "none"}]
    return {"experiment_units": units, "experiment_outcomes": outcomes}


def _unit(chance: Chance, odd: Odd, number: int) -> dict:
    at = FIRST + pd.Timedelta(hours=int(chance.generator.integers(24 * 40)))
    if chance.true(0.03):
        at += pd.Timedelta(days=150)
    has_cluster = odd.clusters and chance.true(odd.clustered)
    return {
        "experiment_id": odd.name,
        "unit_id": f"unit-{number}",
        "arm": "treatment" if chance.true(odd.treated) else "control",
        "cluster_id": f"cluster-{chance.generator.integers(odd.clusters)}" if has_cluster else "",
        "assigned_at": f"{at}Z" if chance.true(odd.dated) else "",
    }


def _outcomes(chance: Chance, odd: Odd, unit: dict) -> list[dict]:
    before = round(float(chance.generator.normal(10, odd.spread)), 4)
    noise = round(float(chance.generator.normal(0, odd.spread / 2)), 4)
    lift = odd.lift if unit["arm"] == "treatment" else 0
    after = round(before + lift + noise, 4)
    told = {"experiment_id": odd.name, "unit_id": unit["unit_id"], "metric": "found"}
    rows = []
    if chance.true(odd.pre):
        rows.append({**told, "period": "pre", "value": str(before)})
    if chance.true(odd.post):
        rows.append({**told, "period": "post", "value": str(after)})
        rows.append({**told, "metric": "beside", "period": "post", "value": str(-after)})
    return rows
