"""The closing scorecard shows the last week that is final, and says how to read it."""

from io import StringIO
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration import scorecard

COLUMNS = ", ".join(f"{measure.column}, {measure.column}_change" for measure in scorecard.MEASURES)


@pytest.fixture
def marts(tmp_path: Path) -> Path:
    path = tmp_path / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""
            create schema governance;
            create table governance.kpi_scorecard_weekly as
            select * from (values
                (date '2026-06-01', 'all', true, 9.0, null, 0.5, null, 2.0, null, 10, null),
                (date '2026-06-08', 'all', true, 8.16, -0.84, 0.716, 0.216, 6.1, null, -5, -15),
                (date '2026-06-08', 'refunds', true, 1.67, 0, null, null, 3.0, 1.0, 7, 1),
                (date '2026-06-15', 'all', false, 1.0, null, 0.1, null, 0.0, null, 0, null)
            ) as weeks (week_start, workflow_id, is_final, {COLUMNS})
            """
        )
    return path


def printed(marts: Path) -> str:
    text = StringIO()
    scorecard.show(Console(file=text, width=120), marts)
    return text.getvalue()


def test_shows_the_last_final_week(marts: Path) -> None:
    text = printed(marts)

    assert "2026-06-08" in text
    for shown in ("$8.16", "-$0.84", "71.6%", "+21.6%", "6.1x", "-$5", "refunds", "$1.67"):
        assert shown in text
    for measure in scorecard.MEASURES:
        assert measure.title in text


def test_says_so_when_no_week_is_final(marts: Path) -> None:
    with duckdb.connect(str(marts)) as connection:
        connection.execute("update governance.kpi_scorecard_weekly set is_final = false")

    assert "No week is final yet" in printed(marts)
