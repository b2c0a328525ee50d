"""A gate that fails, or cannot judge, stops every step behind it."""

from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from orchestration import gates
from orchestration.assets.gates import GateError, gate
from orchestration.run import Run, name_run, open_run
from orchestration.settings import Settings
from tests.ops.test_publish import FIRST_NIGHT


@dataclass(frozen=True)
class StubNight:
    """As much of a night as a gate needs."""

    settings: Settings
    run: Run


def run_graph(settings: Settings, folder: Path) -> tuple[dg.ExecuteInProcessResult, list[str], Run]:
    """staged → gate → published, with a table of one negative number behind the gate."""
    run = name_run(settings, FIRST_NIGHT, "12345678")
    open_run(settings, run)
    steps: list[str] = []

    @dg.multi_asset(specs=[dg.AssetSpec(["staging", "sheets"])], name="staging")
    def staging() -> dg.MaterializeResult:
        with duckdb.connect(str(settings.warehouse)) as connection:
            connection.execute("create schema staging")
            connection.execute("create table staging.sheets as select -1 as hours")
        steps.append("staging")
        return dg.MaterializeResult(asset_key=["staging", "sheets"])

    @dg.asset(deps=[["staging", "sheets"]])
    def marts() -> None:
        steps.append("marts")

    definitions = dg.Definitions(
        assets=[staging, marts],
        asset_checks=[gate("staging", folder)],
        jobs=[dg.define_asset_job("nightly", selection=dg.AssetSelection.all())],
        resources={"night": StubNight(settings, run)},
        executor=dg.in_process_executor,
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("nightly").execute_in_process(
            instance=instance, raise_on_error=False
        )
    return result, steps, run


def write_suite(folder: Path, column: str, severity: str) -> None:
    rule = {
        "expectation": "ExpectColumnValuesToBeBetween",
        "kwargs": {"column": column, "min_value": 0},
        "severity": severity,
        "reason": "hours are not negative",
    }
    (folder / "staging").mkdir()
    (folder / "staging" / "sheets.yml").write_text(
        yaml.safe_dump({"table": "staging.sheets", "expectations": [rule]})
    )


def test_critical_failure_stops_what_is_behind(settings: Settings, tmp_path: Path) -> None:
    write_suite(tmp_path, "hours", "critical")

    result, steps, run = run_graph(settings, tmp_path)

    assert not result.success
    assert steps == ["staging"]
    [finding] = gates.read_findings(run.findings("staging"))
    assert (finding.status, finding.table) == ("failed", "staging.sheets")


def test_warning_lets_the_night_go_on(settings: Settings, tmp_path: Path) -> None:
    write_suite(tmp_path, "hours", "warning")

    result, steps, _ = run_graph(settings, tmp_path)

    assert result.success
    assert steps == ["staging", "marts"]
    [check] = result.get_asset_check_evaluations()
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_error_fails_the_run_but_no_check(settings: Settings, tmp_path: Path) -> None:
    write_suite(tmp_path, "no_such_column", "warning")

    result, steps, run = run_graph(settings, tmp_path)

    assert not result.success
    assert steps == ["staging"]
    assert result.get_asset_check_evaluations() == []
    [finding] = gates.read_findings(run.findings("staging"))
    assert finding.status == "error"
    [failure] = [event for event in result.all_events if event.is_step_failure]
    cause = failure.step_failure_data.error.cause
    assert cause.cls_name == GateError.__name__
    assert "no_such_column" in cause.message


def test_every_suite_of_the_project_can_be_read() -> None:
    for stage in gates.STAGES:
        assert gates.load_suites(stage)


@pytest.mark.parametrize("stage", gates.STAGES)
def test_no_table_has_two_suites(stage: str) -> None:
    tables = [suite.table for suite in gates.load_suites(stage)]

    assert len(tables) == len(set(tables))
