"""Whether 95 % intervals hold the truth in 95 % of cases: simulated cases through the models.

What belongs here: running the project over a simulated company and counting what its intervals
hold. What does not: how cases are simulated.

Run as a program: python -m benchmarks.calibration; it fails when a coverage is outside its bounds.
The seed is fixed: a run says the same every time.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks import simulated_experiments, simulated_work
from tests.oracle.companies import run_nights
from tests.oracle.exceptions_seeds import link_project

SEED = 20260628
EXACT = (0.935, 0.965)
# The ends of sums over agents add up, which makes them careful.
SUMMED = (0.93, 1.0)
ENOUGH = 2000

ACCURACY = """
    select planted.accuracy as truth, accuracy_low as low, accuracy_high as high
    from quality.kpi_task_accuracy_weekly as mart
    inner join accuracy as planted on mart.agent_id = 'a' || planted.agent
    where week_start in (select week_start from weeks) and reviews_random > 0
"""
HOURS = """
    select planted.verified_hours as truth, verified_hours_low as low, verified_hours_high as high
    from returns.kpi_fte_displacement_monthly as mart
    inner join hours as planted
        on mart.workflow_id = 'w' || planted.workflow and mart.month_start = planted.month_start
    where mart.is_final
"""
EFFECTS = """
    select planted.effect as truth, ci_low as low, ci_high as high
    from returns.kpi_experiment_readouts as mart
    inner join effects as planted on mart.experiment_id = planted.kind || planted.number
    where planted.kind = '{kind}' and mart.status <> 'running' and is_cuped = {is_cuped}
"""


@dataclass(frozen=True)
class Coverage:
    """How often an interval held the truth, how wide it was, and what is asked of it."""

    name: str
    cases: int
    covered: float
    mean_width: float
    bounds: tuple[float, float]

    @property
    def is_good(self) -> bool:
        """Whether there are enough cases, and the share is within its bounds."""
        low, high = self.bounds
        return self.cases >= ENOUGH and low <= self.covered <= high


def main() -> int:
    """Simulate, build, judge, print; 1 if a coverage is outside its bounds."""
    with tempfile.TemporaryDirectory() as folder:
        found = _measure(Path(folder))
    table = Table(title="95 % intervals against planted truths")
    for column in ("interval of", "cases", "held the truth", "asked", "mean width", ""):
        table.add_column(column)
    for each in found:
        table.add_row(
            each.name, f"{each.cases:,}", f"{each.covered:.2%}",
            f"{each.bounds[0]:.1%} to {each.bounds[1]:.1%}", f"{each.mean_width:.3f}",
            "ok" if each.is_good else "outside",
        )  # fmt: skip
    Console().print(table)
    return 0 if all(each.is_good for each in found) else 1


def _measure(workspace: Path) -> list[Coverage]:
    """Coverage of each kind of interval, over a company in a folder of its own."""
    project, data = workspace / "project", workspace / "company"
    link_project(project)
    random = np.random.default_rng(SEED)
    work = simulated_work.simulate(random, data / "landing", project / "seeds")
    effects = simulated_experiments.simulate(random, data / "landing", project / "seeds")
    run_nights(workspace, [data])
    truths = {
        "accuracy": work.accuracy,
        "hours": work.hours,
        "effects": effects,
        "weeks": pa.table({"week_start": simulated_work.WEEKS}),
    }
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        for name, table in truths.items():
            connection.register(name, table)
        return [
            _coverage(connection, "accuracy", ACCURACY, EXACT),
            _coverage(connection, "verified hours", HOURS, SUMMED),
            *(
                _coverage(
                    connection,
                    f"effect, {kind}",
                    EFFECTS.format(kind=kind, is_cuped=kind == "cuped"),
                    EXACT,
                )
                for kind in simulated_experiments.METHODS
            ),
        ]


def _coverage(
    connection: duckdb.DuckDBPyConnection, name: str, cases: str, bounds: tuple[float, float]
) -> Coverage:
    """Count the cases whose interval holds its truth; a missing interval holds nothing.

    The room left at the ends is for rounding in the last place.
    """
    counted, covered, width = connection.execute(
        f"""
        select
            count(*),
            avg(if(truth between low - 1e-6 and high + 1e-6, 1, 0)),
            avg(high - low)
        from ({cases})
        """
    ).fetchall()[0]
    return Coverage(name, counted, covered or 0.0, width or 0.0, bounds)


if __name__ == "__main__":
    sys.exit(main())
