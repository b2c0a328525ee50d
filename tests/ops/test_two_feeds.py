"""A company that has nothing but work items and reviews still gets a night.

What needs other feeds is empty: a mart without rows, or rows whose headline number is unknown; and
coverage says which feed it is waiting for.
"""

import shutil

import duckdb
import pytest

from tests.conftest import SMALL, run_night, run_python, settle

FEEDS = {"work_items", "agent_reviews"}
# Marts that have a row for every week, month or gate of an agent or workflow, known or not.
# Of alerts and scope decisions, what needs another feed than these is not there.
HEADLINES = {
    "adoption.kpi_trust_quarterly": "trust",
    "efficiency.kpi_availability_monthly": "availability",
    "efficiency.kpi_cost_per_output_weekly": "cost_per_verified_output_usd",
    "governance.kpi_scorecard_weekly": "cost_per_verified_output_usd",
    "governance.kpi_alerts": "case when metric <> 'accuracy_high' then value end",
    "governance.kpi_scope_decisions_weekly": "case when meets_cost_rule or is_drifted then 1 end",
    "governance.kpi_gate_reviews": "case when metric = 'cost_ratio_high' then value end",
    "quality.kpi_cross_workflow_rework_monthly": "rework_hours",
    "quality.kpi_error_rate_weekly": "error_rate",
    "returns.kpi_contract_settlement_monthly": "variance_usd",
    "returns.kpi_fte_displacement_monthly": "verified_hours",
    "returns.kpi_savings_monthly": "verified_savings_usd",
}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The published file of such a company."""
    data = tmp_path_factory.mktemp("two_feeds")
    written = run_python(data, "demo", "--data", str(data), "--scale", SMALL)
    assert written.returncode == 0, written.stderr
    for folder in (data / "landing").iterdir():
        if folder.name not in FEEDS:
            shutil.rmtree(folder)
    settle(data)
    night = run_night(data)
    assert night.code == 0, night.output
    return duckdb.connect(str(data / "published" / "marts.duckdb"), read_only=True)


def coverage(marts: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The feeds each published KPI misses, by schema and name."""
    rows = marts.execute("select area, kpi, missing_feeds from governance.kpi_coverage").fetchall()
    return {f"{area}.{kpi}": set(missing.split(", ")) - {""} for area, kpi, missing in rows}


def test_what_needs_only_these_feeds_is_complete(marts: duckdb.DuckDBPyConnection) -> None:
    missing = coverage(marts)
    for mart in (
        "quality.kpi_task_accuracy_weekly",
        "productivity.kpi_volume_velocity_value_weekly",
    ):
        assert missing[mart] == set()
        assert marts.execute(f"select count(*) from {mart}").fetchone()[0] > 0


def test_what_needs_another_feed_is_empty_and_says_so(marts: duckdb.DuckDBPyConnection) -> None:
    missing = coverage(marts)
    waiting = {mart: feeds for mart, feeds in missing.items() if feeds}
    assert waiting["quality.kpi_error_rate_weekly"] == {"otlp_traces"}
    assert {"focus", "timesheets", "hr_positions"} <= waiting["returns.kpi_savings_monthly"]
    told = {
        mart: marts.execute(f"select count({HEADLINES.get(mart, '*')}) from {mart}").fetchone()[0]
        for mart in waiting
    }
    assert {mart: rows for mart, rows in told.items() if rows} == {}


def test_coverage_knows_every_published_kpi(marts: duckdb.DuckDBPyConnection) -> None:
    published = marts.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where table_name like 'kpi%'"
    ).fetchall()
    assert {name for (name,) in published} == set(coverage(marts))


def test_nothing_that_landed_counts_as_missing(marts: duckdb.DuckDBPyConnection) -> None:
    assert not FEEDS & set.union(*coverage(marts).values())
