"""The experiments: who was assigned to which arm, what came of it, and the planted effects.

What belongs here: units and outcomes of every experiment of the seed, and their files. What does
not: how an effect is estimated.

What is drawn around an effect has a mean of zero in each arm's planned units, so that what is
planted is what an honest readout finds, under every seed; its interval is as wide as ever.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from demo.files import Landing, stamp, taken_from, weekly_then_daily
from demo.plan import DAY, DAYS, day_number

CONTROL, TREATMENT = 0, 1
ARMS = ["control", "treatment"]
# An outcome is known this long after the assignment.
OUTCOME_DAYS = 5
ROUTES_A_DEPOT = 30
NO_CLUSTER = -1


@dataclass(frozen=True)
class ExperimentPlan:
    """One experiment as planted.

    status: what its readout says. control, treated: units (pairs and clusters: of them) an arm.
    effect: on the metric. before: has a value from before that goes along with the one after.
    """

    experiment_id: str
    metric: str
    status: str
    first: date
    last: date
    control: int
    treated: int
    level: float
    spread: float
    effect: float
    before: bool = False


PLANS = (
    ExperimentPlan(
        "offer-ranking", "revenue_per_visitor", "positive", date(2026, 2, 2), date(2026, 3, 13),
        1600, 1600, 42.0, 10.0, 1.2, before=True,
    ),
    ExperimentPlan(
        "offer-banner", "revenue_per_visitor", "underpowered", date(2026, 4, 6),
        date(2026, 4, 24), 230, 230, 42.0, 10.0, 0.3,
    ),
    ExperimentPlan(
        "checkout-nudge", "checkout_share", "invalid", date(2026, 3, 16), date(2026, 4, 10),
        950, 1250, 0.30, 0.0, 0.05,
    ),
    ExperimentPlan(
        "depot-routes", "km_per_stop", "positive", date(2026, 3, 2), date(2026, 3, 20),
        13, 13, 6.2, 0.15, -0.5, before=True,
    ),
    ExperimentPlan(
        "fraud-threshold", "review_minutes", "positive", date(2026, 4, 6), date(2026, 4, 24),
        130, 130, 36.0, 6.0, -4.0,
    ),
    ExperimentPlan(
        "triage-assist", "minutes_to_contact", "running", date(2026, 5, 18), date(2026, 6, 19),
        210, 210, 38.0, 12.0, -3.5,
    ),
)  # fmt: skip
SECONDARY = ("offer-ranking", "orders_per_visitor", 0.6, 0.12)


@dataclass
class Trial:
    """One experiment's units, in the order of their assignment; cluster -1 where there is none.

    values: by metric and period, one a unit.
    """

    plan: ExperimentPlan
    arm: np.ndarray
    cluster: np.ndarray
    assigned: np.ndarray
    values: dict[tuple[str, str], np.ndarray]


def make_experiments(rng: np.random.Generator, designs: list[dict[str, str]]) -> list[Trial]:
    """Draw every experiment; designs are the rows of the seed."""
    rows = {row["experiment_id"]: row for row in designs if row["is_primary"] == "true"}
    makers = {"ab": _randomised, "did": _rolled_out, "matched": _paired}
    return [
        makers[rows[plan.experiment_id]["method"]](
            rng, plan, int(rows[plan.experiment_id]["planned_units_per_arm"])
        )
        for plan in PLANS
    ]  # fmt: skip


def _moments(rng: np.random.Generator, plan: ExperimentPlan, number: int) -> np.ndarray:
    """Times of assignment, ascending."""
    first, last = day_number(plan.first), day_number(plan.last) + 1
    return np.sort(first * DAY + (rng.random(number) * (last - first) * DAY).astype(np.int64))


def _noise(rng: np.random.Generator, arm: np.ndarray, planned: int, spread: float) -> np.ndarray:
    """Normal noise whose mean over the first planned units of each arm is zero."""
    noise = rng.normal(0, spread, len(arm))
    for side in np.unique(arm):
        mine = np.flatnonzero(arm == side)
        noise[mine] -= noise[mine[:planned]].mean()
    return noise


def _randomised(rng: np.random.Generator, plan: ExperimentPlan, planned: int) -> Trial:
    arm = rng.permutation(np.repeat([CONTROL, TREATMENT], [plan.control, plan.treated]))
    values: dict[tuple[str, str], np.ndarray] = {}
    treated = arm == TREATMENT
    if plan.spread == 0:
        bought = rng.random(len(arm)) < plan.level + plan.effect * treated
        values[plan.metric, "post"] = bought.astype(float)
    else:
        post = plan.level + plan.effect * treated
        if plan.before:
            earlier = rng.normal(0, plan.spread * 0.8, len(arm))
            values[plan.metric, "pre"] = np.round(plan.level + earlier, 4)
            post = post + earlier + _noise(rng, arm, planned, plan.spread * 0.6)
        else:
            post = post + _noise(rng, arm, planned, plan.spread)
        values[plan.metric, "post"] = np.round(post, 4)
    experiment, metric, level, effect = SECONDARY
    if plan.experiment_id == experiment:
        values[metric, "post"] = rng.poisson(level + effect * treated).astype(float)
    nobody = np.full(len(arm), NO_CLUSTER)
    return Trial(plan, arm, nobody, _moments(rng, plan, len(arm)), values)


def _rolled_out(rng: np.random.Generator, plan: ExperimentPlan, planned: int) -> Trial:
    """Depots that start one after the other; every route of a depot is a unit."""
    depots = plan.control + plan.treated
    side = np.arange(depots) % 2
    depot = np.repeat(np.arange(depots), ROUTES_A_DEPOT)
    arm, number = side[depot], depots * ROUTES_A_DEPOT
    usual = plan.level + rng.normal(0, 0.8, depots)[depot] + rng.normal(0, 0.5, number)
    # Every depot drives shorter routes in spring, treated or not.
    change = -0.2 + _noise(rng, side, planned, plan.spread) + plan.effect * (side == TREATMENT)
    values = {
        (plan.metric, "pre"): np.round(usual, 4),
        (plan.metric, "post"): np.round(usual + change[depot] + rng.normal(0, 0.3, number), 4),
    }
    return Trial(plan, arm, depot, _moments(rng, plan, depots)[depot], values)


def _paired(rng: np.random.Generator, plan: ExperimentPlan, planned: int) -> Trial:
    """Two cases alike a pair, one of them handled the new way."""
    pairs = np.arange(plan.treated)
    noise = _noise(rng, np.full(len(pairs), TREATMENT), planned, plan.spread)
    shared = plan.level + rng.normal(0, 5.0, len(pairs))
    arm, cluster = np.tile([CONTROL, TREATMENT], len(pairs)), np.repeat(pairs, 2)
    minutes = np.stack([shared, shared + plan.effect + noise], axis=1).ravel()
    values = {(plan.metric, "post"): np.round(np.maximum(minutes, 0.5), 4)}
    return Trial(plan, arm, cluster, _moments(rng, plan, len(pairs))[cluster], values)


def write_experiments(trials: list[Trial], landing: Landing) -> None:
    """Units on the day of their assignment, outcomes some days later."""
    units = pa.concat_tables([_units(trial) for trial in trials])
    day = units["assigned"].to_numpy() // DAY
    landing.csv_by_period("experiment_units", taken_from(units), day, weekly_then_daily(), f"""
        select
            experiment_id, {_unit()} as unit_id, {ARMS}[arm + 1] as arm,
            case when cluster >= 0 then printf('C%03d', cluster + 1) end as cluster_id,
            {stamp("assigned")} as assigned_at
        from rows order by assigned, experiment_id, number
    """)  # fmt: skip
    outcomes = pa.concat_tables([_outcomes(trial) for trial in trials])
    known = np.minimum(outcomes["assigned"].to_numpy() // DAY + OUTCOME_DAYS, DAYS - 1)
    landing.csv_by_period("experiment_outcomes", taken_from(outcomes), known,
                          weekly_then_daily(), f"""
        select experiment_id, {_unit()} as unit_id, metric, period, value
        from rows order by assigned, experiment_id, number, metric, period
    """)  # fmt: skip


def _unit() -> str:
    """SQL of a unit's id."""
    return "upper(left(experiment_id, 3)) || printf('-%05d', number + 1)"


def _units(trial: Trial) -> pa.Table:
    number = len(trial.arm)
    return pa.table({
        "experiment_id": [trial.plan.experiment_id] * number, "number": np.arange(number),
        "arm": trial.arm, "cluster": trial.cluster, "assigned": trial.assigned,
    })  # fmt: skip


def _outcomes(trial: Trial) -> pa.Table:
    number = len(trial.arm)
    return pa.concat_tables([
        pa.table({
            "experiment_id": [trial.plan.experiment_id] * number, "number": np.arange(number),
            "metric": [metric] * number, "period": [period] * number, "value": values,
            "assigned": trial.assigned,
        })
        for (metric, period), values in trial.values.items()
    ])  # fmt: skip


def experiment_truth() -> list[dict[str, object]]:
    """The planted effect and the readout's status of each experiment's primary metric."""
    return [
        {
            "experiment_id": plan.experiment_id, "metric": plan.metric, "effect": plan.effect,
            "status": plan.status,
        }
        for plan in PLANS
    ]  # fmt: skip
