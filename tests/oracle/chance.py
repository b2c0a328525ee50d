"""Random choices that all the exceptions share.

What belongs here: chance itself; the days, people and teams of the company. What does not: a feed.
"""

import numpy as np
import pandas as pd

FIRST = pd.Timestamp("2025-12-15")
DAYS = 112
PEOPLE = 60
# Of every size, so that some are too small to be shown and some must hide with them.
TEAMS = {
    "desk-one": "support",
    "desk-two": "support",
    "desk-three": "support",
    "ward": "clinical",
    "claims-north": "claims",
    "claims-south": "claims",
}
CROWDED = ["desk-one"] * 8 + ["desk-two"] * 4 + ["ward"] * 6 + ["claims-north"] * 5
PROFILES = ["clerk", "triage nurse", "triage nurse", "software engineer"]


class Chance:
    """Random choices from one seed."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def of(self, options: list) -> object:
        return options[self.generator.integers(len(options))]

    def true(self, share: float) -> bool:
        return bool(self.generator.random() < share)

    def hours(self, mean: float) -> pd.Timedelta:
        return pd.Timedelta(seconds=int(self.generator.exponential(mean) * 3600) + 1)

    def moment(self) -> pd.Timestamp:
        return FIRST + pd.Timedelta(seconds=int(self.generator.integers(DAYS * 86_400)))

    def day(self) -> str:
        return str(self.moment().date())


def team(chance: Chance) -> str:
    """Mostly a crowded team, at times a tiny one."""
    return chance.of(CROWDED if chance.true(0.9) else list(TEAMS))


def worker(chance: Chance) -> str:
    """Somebody, at times nobody HR knows."""
    return f"worker-{chance.generator.integers(PEOPLE + 2)}"
