"""The people: positions over time, who is there on which day, and the hr_positions files.

What belongs here: teams, pay, moves, contractors, leavers, leave days. What does not: what
people work on (hours.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from demo.files import Landing
from demo.plan import DAYS, FIRST_DAY, LAST_DAY, day_number

# department: people at scale 1, fewest people, pay in USD, profile, teams
DEPARTMENTS = {
    "support": (56, 17, 46_000, "support specialist", ("north", "south", "evening", "partners")),
    "procurement": (24, 14, 62_000, "buyer", ("direct", "indirect")),
    "claims": (32, 18, 60_000, "claims handler", ("motor", "property", "health")),
    "clinical": (28, 14, 78_000, "triage nurse", ("day", "evening", "paediatrics")),
    "engineering": (36, 14, 125_000, "software engineer", ("platform", "product", "data")),
    "finance": (24, 14, 66_000, "accounts clerk", ("payables", "control")),
}
SMALL_TEAM = ("claims-appeals", 3)
SMALLEST_TEAM = 6
SEVEN_DAY_DEPARTMENT = "clinical"
SHRINKING_DEPARTMENT = "support"
# Its people are kept in another HR system (workday.py).
WORKDAY_DEPARTMENT = "procurement"
LEAVE_RATE = 0.08
# country: currency, share of the people, pay against the United States, units per USD
COUNTRIES = {
    "US": ("USD", 0.65, 1.0, 1.0),
    "DE": ("EUR", 0.20, 0.92, 0.86),
    "IN": ("INR", 0.10, 0.32, 84.0),
    "PT": ("EUR", 0.05, 0.55, 0.86),
}


@dataclass
class People:
    """Everybody, by worker (rows) and day (columns).

    team, department: index or -1 while not employed. fte: 1.0 is full time. present: at work
    that day. on_leave: scheduled but on leave.
    """

    worker_ids: list[str]
    departments: list[str]
    teams: list[str]
    contractor: np.ndarray
    team: np.ndarray
    department: np.ndarray
    fte: np.ndarray
    present: np.ndarray
    on_leave: np.ndarray
    positions: list[dict[str, object]]

    def __post_init__(self) -> None:
        present = np.where(self.present, self.department, -1).T
        day, worker = np.nonzero(present >= 0)
        order = np.lexsort((worker, present[day, worker], day))
        self._roster = worker[order].astype(np.int32)
        counts = np.zeros((DAYS, len(self.departments)), dtype=np.int64)
        np.add.at(counts, (day, present[day, worker]), 1)
        self.present_count = counts
        self._start = (np.cumsum(counts) - counts.ravel()).reshape(counts.shape)

    def on_day(self, department: np.ndarray, day: np.ndarray, place: np.ndarray) -> np.ndarray:
        """The worker at that place (taken round) of those of the department present that day."""
        count = self.present_count[day, department]
        return self._roster[self._start[day, department] + place % count]


def _sizes(department: str, size: int) -> list[tuple[str, int]]:
    """Teams of a department of that size with their people."""
    names = DEPARTMENTS[department][4]
    small = [SMALL_TEAM] if SMALL_TEAM[0].startswith(department) else []
    rest = size - sum(people for _, people in small)
    count = min(len(names), max(2, rest // (SMALLEST_TEAM + 2)))
    share = [rest // count + (number < rest % count) for number in range(count)]
    named = zip(names, share, strict=False)
    return [(f"{department}-{name}", people) for name, people in named] + small


def _versions(
    rng: np.random.Generator, number: int, row: dict[str, object], move_to: str | None
) -> list[dict[str, object]]:
    """The positions one worker holds one after the other, first to last."""
    versions = [row]

    def change(day: date, **changes: object) -> None:
        versions.append({**versions[-1], "effective_from": day, **changes})

    def raised(factor: float) -> float:
        return round(float(versions[-1]["annual_base_pay"]) * factor, 2)

    if row["worker_type"] == "contractor":
        change(date(2026, 1, 1), annual_base_pay=raised(1.02))
    if number % 17 == 4:
        change(date(2026, 2, 16), annual_base_pay=raised(1.09), job_level="L3")
    if move_to is not None:
        change(date(2026, 3, 2), team_id=move_to)
    if row["worker_type"] == "employee":
        change(date(2026, 4, 1), annual_base_pay=raised(1.02 + 0.02 * rng.random()))
    return versions


def make_people(rng: np.random.Generator, scale: float) -> People:
    """Hire the company."""
    departments, teams = list(DEPARTMENTS), []
    workers: list[list[dict[str, object]]] = []
    for department, (size, fewest, pay, profile, _) in DEPARTMENTS.items():
        people = max(fewest, round(size * scale))
        sizes = _sizes(department, people)
        teams += [team for team, _ in sizes]
        seats = [team for team, count in sizes for _ in range(count)]
        first = len(workers)
        # One swap for twenty people between the first two teams keeps all sizes.
        swaps = {}
        for swap in range(1, 1 + max(1, people // 20)):
            mine, theirs = swap, seats.index(sizes[1][0]) + swap
            swaps[mine], swaps[theirs] = seats[theirs], seats[mine]
        for seat, team in enumerate(seats):
            number = first + seat
            country = rng.choice(list(COUNTRIES), p=[row[1] for row in COUNTRIES.values()])
            currency, _, level, units = COUNTRIES[country]
            fte = (50.0, 60.0, 80.0)[number % 3] if number % 8 == 5 else 100.0
            base = pay * level * units * fte / 100 * float(rng.uniform(0.85, 1.2))
            hired = date(2017, 1, 1) + timedelta(days=int(rng.integers(0, 2900)))
            row: dict[str, object] = {
                "worker_id": f"W{number + 1:06d}",
                "effective_from": date(2025, 1, 1),
                "effective_to": None,
                "job_profile": profile,
                "job_level": f"L{1 + number % 3}",
                "team_id": team,
                "department": department,
                "cost_center": f"CC-{departments.index(department) + 1:02d}",
                "manager_id": f"W{first + seats.index(team) + 1:06d}",
                "country": str(country),
                "worker_type": "contractor" if number % 10 == 3 else "employee",
                "fte_percent": fte,
                "annual_base_pay": round(base, 2),
                "currency": currency,
                "hire_date": min(hired, date(2024, 12, 31)),
                "termination_date": None,
            }
            workers.append(_versions(rng, number, row, swaps.get(seat)))
        _leave_and_join(workers, first, people, department)
    return _by_day(rng, departments, teams, workers)


def _leave_and_join(
    workers: list[list[dict[str, object]]], first: int, people: int, department: str
) -> None:
    """Leavers of the shrinking department; a leaver replaced next day and a parent elsewhere."""

    def end(place: int, day: date) -> dict[str, object]:
        # Nobody is given a raise after having left.
        workers[place] = [row for row in workers[place] if row["effective_from"] <= day]
        last = workers[place][-1]
        last["termination_date"] = day
        return last

    last_seat = first + people - 1
    if department == SHRINKING_DEPARTMENT:
        month_ends = (date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31))
        for leaver in range(round(people * 0.15)):
            # Every fifth seat backwards: from all teams, contractors among them.
            end(last_seat - (leaver * 5) % people, month_ends[leaver % 3])
    if department == "claims":
        old = end(first + 5, date(2026, 4, 14))
        joined = date(2026, 4, 15)
        workers.append(
            [{
                **old, "worker_id": f"W{len(workers) + 1:06d}", "effective_from": joined,
                "hire_date": joined, "termination_date": None,
            }]
        )  # fmt: skip
    if department == "engineering":
        versions = next(v for v in workers[first + 2 :] if v[0]["worker_type"] == "employee")
        away = {"effective_from": date(2025, 10, 6), "fte_percent": 0.0, "annual_base_pay": 0.0}
        back = {"effective_from": date(2026, 2, 2)}
        versions[1:1] = [{**versions[0], **away}, {**versions[0], **back}]


def _by_day(
    rng: np.random.Generator,
    departments: list[str],
    teams: list[str],
    workers: list[list[dict[str, object]]],
) -> People:
    """Lay the positions out by worker and day, and draw who is present."""
    shape = (len(workers), DAYS)
    team, department = np.full(shape, -1, np.int32), np.full(shape, -1, np.int32)
    fte = np.zeros(shape)
    for number, versions in enumerate(workers):
        for row in versions:
            since = max(0, day_number(row["effective_from"]))
            gone = row["termination_date"]
            until = DAYS if gone is None else max(since, day_number(gone) + 1)
            team[number, since:] = -1
            department[number, since:] = -1
            fte[number, since:] = 0.0
            team[number, since:until] = teams.index(row["team_id"])
            department[number, since:until] = departments.index(row["department"])
            fte[number, since:until] = float(row["fte_percent"]) / 100
    weekday = np.arange(DAYS) % 7
    rota = (np.arange(DAYS)[None, :] + np.arange(len(workers))[:, None]) % 7 < 5
    seven = department == departments.index(SEVEN_DAY_DEPARTMENT)
    scheduled = (fte > 0) & np.where(seven, rota, weekday[None, :] < 5)
    on_leave = scheduled & (rng.random(shape) < LEAVE_RATE)
    positions = [row for versions in workers for row in versions]
    ids = [str(versions[0]["worker_id"]) for versions in workers]
    contractor = np.array([v[0]["worker_type"] == "contractor" for v in workers])
    return People(
        ids, departments, teams, contractor, team, department, fte, scheduled & ~on_leave,
        on_leave, positions,
    )  # fmt: skip


def write_positions(people: People, landing: Landing) -> None:
    """The first export, then one file a day on which something changed.

    A leaver's row comes again, with its termination date, on the day of leaving.
    """
    deliveries: dict[int, list[dict[str, object]]] = {}
    for row in people.positions:
        if row["department"] == WORKDAY_DEPARTMENT:
            continue
        since, gone = max(0, day_number(row["effective_from"])), row["termination_date"]
        leaves_later = gone is not None and FIRST_DAY < gone <= LAST_DAY
        first = {**row, "termination_date": None} if leaves_later else row
        deliveries.setdefault(since, []).append(first)
        if leaves_later:
            deliveries.setdefault(day_number(gone), []).append(row)
    for day in sorted(deliveries):
        if day <= landing.until:
            name = f"hr_positions_{FIRST_DAY + timedelta(days=day)}"
            rows = pa.Table.from_pylist(deliveries[day], schema=_schema())
            landing.csv("hr_positions", name, rows, "select * from rows")


def _schema() -> pa.Schema:
    dates = ("effective_from", "effective_to", "hire_date", "termination_date")
    names = (
        "worker_id", "effective_from", "effective_to", "job_profile", "job_level", "team_id",
        "department", "cost_center", "manager_id", "country", "worker_type", "fte_percent",
        "annual_base_pay", "currency", "hire_date", "termination_date",
    )  # fmt: skip
    kinds = {name: pa.date32() for name in dates} | {
        "fte_percent": pa.float64(), "annual_base_pay": pa.float64(),
    }  # fmt: skip
    return pa.schema([(name, kinds.get(name, pa.string())) for name in names])
