"""The gates in the graph: one blocking check for each suite.

What belongs here: turning findings into check results and messages. What does not: judging
(orchestration/gates.py).
"""

import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from orchestration import gates
from orchestration.assets.night import Night

ANY_FILE = "<feed>/<file>"


class GateError(RuntimeError):
    """A gate could not judge; that says nothing about the data."""


def gate(stage: str, folder: Path = gates.EXPECTATIONS) -> dg.AssetChecksDefinition:
    """The gate behind a stage: all its suites in one step, so that the file is opened once."""
    suites = gates.load_suites(stage, folder)

    @dg.multi_asset_check(
        name=f"{stage}_gate",
        specs=[
            dg.AssetCheckSpec(
                f"gate_{stage}",
                asset=asset_key(stage, suite.table),
                blocking=True,
                description=f"expectations/{suite.file}",
            )
            for suite in suites
        ],
    )
    def judge(night: dg.ResourceParam[Night]) -> Iterator[dg.AssetCheckResult]:
        database = night.run.landing if stage == "landing" else night.settings.warehouse
        findings = gates.validate(
            stage, database, night.run.run_id, folder, limits=night.settings.limits
        )
        gates.write_findings(findings, night.run.findings(stage))
        errors = [finding for finding in findings if finding.status == gates.ERROR]
        if errors:
            raise GateError("\n".join(describe(finding) for finding in errors))
        for suite in suites:
            yield _check_result(stage, suite, [f for f in findings if f.suite == suite.file])

    return judge


def asset_key(stage: str, table: str) -> dg.AssetKey:
    """The asset a suite's table is: dbt's keys are schema and name, staged feeds are `staged/`."""
    schema, name = table.split(".")
    return dg.AssetKey(["staged" if stage == "landing" else schema, name])


def _check_result(
    stage: str, suite: gates.Suite, findings: Sequence[gates.Finding]
) -> dg.AssetCheckResult:
    failed = [finding for finding in findings if finding.status == gates.FAILED]
    stops = any(finding.stops for finding in failed)
    return dg.AssetCheckResult(
        asset_key=asset_key(stage, suite.table),
        check_name=f"gate_{stage}",
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
        description="\n".join(describe(finding) for finding in failed) or None,
        metadata={"expectations": len(findings), "failed": len(failed)},
    )


def describe(finding: gates.Finding) -> str:
    """A finding in a few plain lines: what, where, why, and what it looks like."""
    what = f"{finding.expectation}({finding.column})" if finding.column else finding.expectation
    if finding.status == gates.ERROR:
        return f"{finding.table}: {what} could not judge: {finding.observed}"
    lines = [f"{finding.table}: {what} failed, {_amount(finding)}. {finding.reason}"]
    lines += [f"    {_row(row)}" for row in json.loads(finding.sample or "[]")]
    return "\n".join(lines)


def way_out(findings: Sequence[gates.Finding]) -> str:
    """What to do about failed findings, with the files they name where they name any."""
    rows = [row for finding in findings for row in json.loads(finding.sample or "[]")]
    named = dict.fromkeys(row.get("_file") or row.get("file") or ANY_FILE for row in rows)
    # Whoever named the file does not say what runs in the shell that the line is pasted into.
    file = shlex.quote(next(iter(named))) if len(named) == 1 and ANY_FILE not in named else ANY_FILE
    return (
        "Way out: replace the file in the landing folder by a good one, or take it out: "
        f"make retract FILE={file} removes what it loaded, "
        f"make quarantine FILE={file} lets the night go on without it."
    )


def _amount(finding: gates.Finding) -> str:
    if finding.unexpected_count is None:
        return f"observed {finding.observed}"
    return f"{finding.unexpected_count} row{'' if finding.unexpected_count == 1 else 's'}"


def _row(row: dict[str, object]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in row.items())
