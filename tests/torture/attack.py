"""An attacker who knows how the numbers are made, and of the company nothing but what is published.

What belongs here: collecting published sums over cells that are not, and solving them. What does
not: which groups must not be told, and what really happened (test_suppression.py).

A cell is the finest part that a measure can be told of: a team, or a workflow, in days that lie in
one week and one month. Everything published is a sum over cells; a group is recovered when its own
sum follows from those.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from orchestration.publish import SCHEMAS

Cell = Hashable
TOLERANCE = 1e-6
# The columns of marts that hold the start of a period.
WEEK, MONTH, QUARTER = "week_start", "month_start", "quarter_start"


@dataclass
class Told:
    """Sums over cells: which, how much, and which mart tells it."""

    sums: list[tuple[dict[Cell, float], float, str]] = field(default_factory=list)

    def tell(self, source: str, value: float, cells: Iterable[Cell]) -> None:
        """A mart tells the sum of cells; a null tells nothing."""
        if not pd.isna(value):
            self.sums.append((dict.fromkeys(cells, 1.0), float(value), source))

    def recovered(
        self, groups: Mapping[Hashable, Iterable[Cell]]
    ) -> dict[Hashable, tuple[float, set[str]]]:
        """Of the groups those whose sum follows from what is told: the sum, and by which marts."""
        cells = sorted({c for told, _, _ in self.sums for c in told}, key=repr)
        place = {cell: number for number, cell in enumerate(cells)}
        matrix = np.zeros((len(self.sums), len(cells)))
        for number, (told, _, _) in enumerate(self.sums):
            for cell, weight in told.items():
                matrix[number, place[cell]] = weight
        values = np.array([value for _, value, _ in self.sums])
        solving = np.linalg.pinv(matrix)
        found = {}
        for name, members in groups.items():
            wanted = np.zeros(len(cells))
            if not place.keys() >= set(members):
                continue
            wanted[[place[cell] for cell in members]] = 1.0
            weights = wanted @ solving
            if np.abs(weights @ matrix - wanted).max() < TOLERANCE:
                used = np.flatnonzero(np.abs(weights) > TOLERANCE)
                found[name] = (float(weights @ values), {self.sums[n][2] for n in used})
        return found


def read_published(warehouse: Path) -> dict[str, pd.DataFrame]:
    """Every table of the schemas that are published as they are."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where schema_name in (select unnest(?))",
            [list(SCHEMAS)],
        ).fetchall()
        return {name: connection.execute(f'from "{s}"."{name}"').df() for s, name in tables}


def starts(days: pd.Series, period: str) -> pd.Series:
    """The first day of the week, month or quarter of each day."""
    letter = {WEEK: "W-SUN", MONTH: "M", QUARTER: "Q"}[period]
    return days.dt.to_period(letter).dt.start_time.astype("datetime64[us]")


def segments(first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """The days' parts that no published period divides: the starts of each one's periods."""
    days = pd.Series(pd.date_range(first, last))
    frame = pd.DataFrame({period: starts(days, period) for period in (WEEK, MONTH, QUARTER)})
    return frame.drop_duplicates(ignore_index=True)
