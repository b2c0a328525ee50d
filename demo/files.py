"""Landing files: which file a day's rows land in, and how rows become CSV.

What belongs here: file names, the cut at `until`, the writing of arrow tables. What does not:
what the rows say.
"""

import gzip
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from demo.plan import DAILY_FROM, DAYS, FIRST_DAY, LAST_DAY, day_number, day_of

SETTLED_SECONDS = 60


@dataclass(frozen=True)
class Period:
    """The days whose rows share a file: from first to last, both included."""

    name: str
    first: int
    last: int


def weekly_then_daily() -> list[Period]:
    """A file a week, a file a day from DAILY_FROM on."""
    periods, day = [], FIRST_DAY
    while day <= LAST_DAY:
        last = day + timedelta(days=0 if day >= DAILY_FROM else 6)
        periods.append(Period(last.isoformat(), day_number(day), day_number(last)))
        day = last + timedelta(days=1)
    return periods


def monthly_then_finer() -> list[Period]:
    """A file a complete month, then as weekly_then_daily."""
    periods, day = [], FIRST_DAY
    while day < date(LAST_DAY.year, LAST_DAY.month, 1):
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        periods.append(Period(day.strftime("%Y-%m"), day_number(day), day_number(following) - 1))
        day = following
    month = day_number(day)
    return periods + [period for period in weekly_then_daily() if period.first >= month]


class Landing:
    """The landing folder, written up to and including one day."""

    def __init__(self, folder: Path, until: date | None, connection: duckdb.DuckDBPyConnection):
        self.folder = folder
        self.until = DAYS - 1 if until is None else min(DAYS - 1, day_number(until))
        self.connection = connection
        self.rows: dict[str, int] = {}

    def wants(self, period: Period) -> bool:
        """Whether the period's file has been delivered by `until`."""
        return period.last <= self.until

    def csv(self, feed: str, name: str, rows: pa.Table, select: str, null: str = "") -> None:
        """Write one CSV: `select` reads the table `rows` and orders it."""
        path = self._path(feed, f"{name}.csv")
        self.connection.register("rows", rows)
        self.connection.execute(
            f"copy ({select}) to '{path}' (format csv, header true, nullstr '{null}')"
        )
        self.connection.unregister("rows")
        self._count(feed, rows.num_rows)
        settle(path)

    def csv_by_period(
        self,
        feed: str,
        rows: Callable[[np.ndarray], pa.Table],
        days: np.ndarray,
        periods: list[Period],
        select: str,
    ) -> None:
        """Write one CSV a period: rows(index) makes those of which days[index] lie in it."""
        order = np.argsort(days, kind="stable")
        bounds = days[order]
        for period in periods:
            low = np.searchsorted(bounds, period.first)
            high = np.searchsorted(bounds, period.last, side="right")
            if self.wants(period) and high > low:
                self.csv(feed, f"{feed}_{period.name}", rows(order[low:high]), select)

    def lines(
        self, feed: str, name: str, chunks: Iterable[list[str]], rows: int, compressed: bool
    ) -> None:
        """Write one file of text lines, chunk by chunk; the same bytes whenever it is written."""
        path = self._path(feed, name + (".gz" if compressed else ""))
        with path.open("wb") as raw:
            # No name and no time in the header, or the bytes would differ.
            packed = gzip.GzipFile("", "wb", 1, raw, mtime=0) if compressed else raw
            for chunk in chunks:
                packed.write(("\n".join(chunk) + "\n").encode())
            if compressed:
                packed.close()
        self._count(feed, rows)
        settle(path)

    def _count(self, feed: str, rows: int) -> None:
        self.rows[feed] = self.rows.get(feed, 0) + rows

    def _path(self, feed: str, name: str) -> Path:
        path = self.folder / feed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def taken_from(rows: pa.Table) -> Callable[[np.ndarray], pa.Table]:
    """The rows of a table by index, for csv_by_period."""
    return lambda index: rows.take(pa.array(index))


def settle(path: Path) -> None:
    """Date the file back a little, so that it does not look as if it were still being written."""
    then = time.time() - SETTLED_SECONDS
    os.utime(path, (then, then))


def stamp(column: str, offset: str = "+00:00") -> str:
    """SQL: seconds since the first day as text in ISO form, in the clock of `offset`."""
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    shift = (hours * 60 + minutes) * 60 * (-1 if offset[0] == "-" else 1)
    start = f"timestamp '{FIRST_DAY.isoformat()}'"
    return f"strftime({start} + to_seconds({column} + {shift}), '%Y-%m-%dT%H:%M:%S{offset}')"


def day_text(column: str) -> str:
    """SQL: a day number as an ISO date."""
    return f"strftime(date '{FIRST_DAY.isoformat()}' + {column}::integer, '%Y-%m-%d')"


def day_name(number: int) -> str:
    """A day number as an ISO date."""
    return day_of(number).isoformat()
