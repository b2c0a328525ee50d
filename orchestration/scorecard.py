"""The closing scorecard of a night: the last final week, in words and numbers.

What belongs here: reading the published scorecard and showing it. What does not: any calculation;
the numbers are kpi_scorecard_weekly's.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

COMPANY = "all"


@dataclass(frozen=True)
class Measure:
    """One number of the scorecard. form: how its value is written. reading: how to read it."""

    column: str
    title: str
    form: str
    reading: str


MEASURES = (
    Measure(
        "cost_per_verified_output_usd",
        "cost per verified output",
        "${:,.2f}",
        "what one output costs that people checked and nobody had to redo: models, licences,"
        " integration and oversight",
    ),
    Measure(
        "verified_resolution_rate",
        "verified resolution rate",
        "{:.1%}",
        "of the work given to agents, the share that ended well and stayed that way",
    ),
    Measure(
        "displacement_multiplier",
        "displacement multiplier",
        "{:.1f}x",
        "hours of human work replaced for each hour people spend watching the agents",
    ),
    Measure(
        "risk_adjusted_savings_usd",
        "risk-adjusted savings",
        "${:,.0f}",
        "what was saved in the week, counting only what the reviews prove with 95 % confidence",
    ),
)


def last_final_week(marts: Path) -> list[dict[str, Any]]:
    """The rows of the last week that is final for the company, the company first."""
    with duckdb.connect(str(marts), read_only=True) as connection:
        cursor = connection.execute(
            """
            select * from governance.kpi_scorecard_weekly
            where week_start = (
                select max(week_start) from governance.kpi_scorecard_weekly
                where workflow_id = $company and is_final
            )
            order by workflow_id <> $company, workflow_id
            """,
            {"company": COMPANY},
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def show(console: Console, marts: Path) -> None:
    """Print the scorecard; say so where no week is final yet."""
    rows = last_final_week(marts)
    if not rows:
        console.print("No week is final yet: outputs count once their rework window has passed.")
        return
    week = rows[0]["week_start"]
    console.print(f"[bold]Scorecard[/] of the week of {week:%Y-%m-%d}, the last that is final")
    console.print(_company(rows[0]))
    console.print(_workflows(rows[1:]))


def _company(row: dict[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("the company")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    table.add_column("how to read it")
    for measure in MEASURES:
        table.add_row(
            measure.title,
            _written(measure, row[measure.column]),
            _written(measure, row[f"{measure.column}_change"], plus="+"),
            measure.reading,
        )
    return table


def _workflows(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("by workflow", no_wrap=True)
    for measure in MEASURES:
        table.add_column(measure.title, justify="right")
    for row in rows:
        table.add_row(
            row["workflow_id"], *(_written(measure, row[measure.column]) for measure in MEASURES)
        )
    return table


def _written(measure: Measure, value: float | None, plus: str = "") -> str:
    if value is None:
        return "-"
    return ("-" if value < 0 else plus) + measure.form.format(abs(value))
