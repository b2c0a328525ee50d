"""Simulated experiments of each method, with planted effects.

What belongs here: their design, units and outcomes, and the effects. What does not: agents' work
(simulated_work.py), judging intervals (calibration.py).

Outcomes are skewed (gamma, shape 4) and the arms differ in spread. A roll-out assigns clusters,
whose units share a shock.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.files import write_landing, write_seed

EXPERIMENTS = 2500
METHODS = {"ab": "ab", "cuped": "ab", "did": "did", "matched": "matched"}
ARMS = 2
CLUSTER_UNITS = 3
ASSIGNED = "2025-12-01 12:00:00"


def simulate(rng: np.random.Generator, landing: Path, seeds: Path) -> pa.Table:
    """Write the landing files and the seed of all experiments; kind, experiment_id and effect."""
    designs, units = [], []
    for kind in METHODS:
        planned = rng.integers(25, 60, EXPERIMENTS)
        effect = rng.normal(0, 1, EXPERIMENTS)
        designs.append(pa.table({
            "kind": [kind] * EXPERIMENTS, "method": [METHODS[kind]] * EXPERIMENTS,
            "number": np.arange(EXPERIMENTS), "planned": planned, "effect": effect,
        }))  # fmt: skip
        units.append(_units(rng, kind, planned, effect))
    design = pa.concat_tables(designs)
    write_seed(seeds, "experiments", design, """
        kind || number as experiment_id, 'triage-urgency' as model_id, method,
        'value' as metric, true as is_primary, true as higher_is_better,
        'revenue' as value_kind, 1 as value_per_unit_usd, 1 as exposed_units_per_month,
        0.5 as treatment_share, planned as planned_units_per_arm,
        1 as minimum_detectable_effect, 0.05 as alpha, 0.8 as power
    """)  # fmt: skip
    _write_units(landing, pa.concat_tables(units))
    return design.select(["kind", "number", "effect"])


def _units(
    rng: np.random.Generator, kind: str, planned: np.ndarray, effect: np.ndarray
) -> pa.Table:
    """The units of a kind's experiments; group is what was assigned: cluster, pair or unit."""
    groups = np.repeat(np.arange(EXPERIMENTS), planned * ARMS)
    first = np.repeat(np.cumsum(planned * ARMS) - planned * ARMS, planned * ARMS)
    place = np.arange(len(groups)) - first
    treated = place % ARMS == 1
    size = CLUSTER_UNITS if kind == "did" else 1
    spread = np.where(treated, 1.5, 1.0)
    shock = (rng.gamma(4, 0.5, len(groups)) - 2) * spread
    usual = rng.normal(10, 2, len(groups))
    if kind == "matched":
        # The two of a pair are alike.
        usual = usual[first + place // ARMS]
    before = np.repeat(usual, size) + rng.normal(0, 1, len(groups) * size)
    after = np.repeat(usual + shock + effect[groups] * treated, size)
    return pa.table({
        "kind": [kind] * len(after), "number": np.repeat(groups, size),
        "unit": np.arange(len(after)), "treated": np.repeat(treated, size),
        "cluster": np.repeat(place // ARMS if kind == "matched" else place, size),
        "before": before, "after": after + rng.normal(0, 1, len(after)),
    })  # fmt: skip


def _write_units(landing: Path, units: pa.Table) -> None:
    write_landing(landing, "experiment_units", {"units": units}, f"""
        select
            kind || number as experiment_id, 'u' || unit as unit_id,
            if(treated, 'treatment', 'control') as arm,
            if(kind in ('did', 'matched'), 'c' || cluster, null) as cluster_id,
            timestamp '{ASSIGNED}' as assigned_at
        from units
    """)  # fmt: skip
    write_landing(landing, "experiment_outcomes", {"units": units}, """
        select
            kind || number as experiment_id, 'u' || unit as unit_id, 'value' as metric,
            'post' as period, round(after, 6) as value
        from units
        union all
        select kind || number, 'u' || unit, 'value', 'pre', round(before, 6)
        from units where kind in ('cuped', 'did')
    """)  # fmt: skip
