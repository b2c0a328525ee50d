"""The gates between the stages: what the suites in `expectations/` say about a stage's tables.

What belongs here: reading suites, judging tables with them, and keeping the findings. What does
not: how Great Expectations is driven (gx_duckdb.py), and where in the graph a gate stands
(assets/gates.py).

A suite is a YAML file of one table:

    table: landing.focus
    expectations:
      - expectation: ExpectColumnValuesToBeBetween
        kwargs: {column: billed_cost, min_value: 0}
        severity: critical        # critical stops the night, warning only reports
        reason: why this must hold
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from orchestration.settings import PROJECT

EXPECTATIONS = PROJECT / "expectations"
PRIVATE = {"annual_base_pay", "team_id"}
STAGES = ("landing", "staging", "marts")
CRITICAL, WARNING = "critical", "warning"
PASSED, FAILED, ERROR = "passed", "failed", "error"

FINDINGS = pa.schema(
    [
        ("run_id", pa.string()),
        ("stage", pa.string()),
        ("table", pa.string()),
        ("expectation", pa.string()),
        ("column", pa.string()),
        ("severity", pa.string()),
        ("status", pa.string()),
        ("observed", pa.string()),
        ("unexpected_count", pa.int64()),
        ("sample", pa.string()),
        ("reason", pa.string()),
        ("suite", pa.string()),
    ]
)


class SuiteError(ValueError):
    """A suite file does not say what a suite must say."""


@dataclass(frozen=True)
class Rule:
    """One expectation of a suite."""

    expectation: str
    kwargs: dict[str, Any]
    severity: str
    reason: str


@dataclass(frozen=True)
class Suite:
    """What is expected of one table. file: the suite's path below `expectations/`."""

    stage: str
    table: str
    rules: tuple[Rule, ...]
    file: str


@dataclass(frozen=True)
class Finding:
    """What one expectation found in one table.

    status: passed, failed, or error: the expectation raised instead of judging, so it says nothing
    about the data.
    sample: a JSON list of rows, without private columns.
    """

    run_id: str
    stage: str
    table: str
    expectation: str
    column: str | None
    severity: str
    status: str
    observed: str | None
    unexpected_count: int | None
    sample: str | None
    reason: str
    suite: str

    @property
    def stops(self) -> bool:
        """Whether the night may not go on."""
        return self.status == ERROR or (self.status == FAILED and self.severity == CRITICAL)


@cache
def load_suites(stage: str, folder: Path = EXPECTATIONS) -> tuple[Suite, ...]:
    """Read a stage's suites, by file name. Raises SuiteError."""
    return tuple(
        _read_suite(stage, path, folder) for path in sorted((folder / stage).glob("*.yml"))
    )


def _read_suite(stage: str, path: Path, folder: Path) -> Suite:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        rules = tuple(
            Rule(
                expectation=rule["expectation"],
                kwargs=rule.get("kwargs") or {},
                severity=rule["severity"],
                reason=rule["reason"],
            )
            for rule in content["expectations"]
        )
        table = content["table"]
    except (KeyError, TypeError) as error:
        raise SuiteError(f"{path}: a suite needs {error}") from error
    unknown = {rule.severity for rule in rules} - {CRITICAL, WARNING}
    if unknown:
        raise SuiteError(f"{path}: severity is critical or warning, not {', '.join(unknown)}")
    return Suite(stage=stage, table=table, rules=rules, file=str(path.relative_to(folder)))


def validate(
    stage: str,
    database: Path,
    run_id: str,
    folder: Path = EXPECTATIONS,
    tables: Iterable[str] | None = None,
    *,
    limits: Mapping[str, Any],
) -> list[Finding]:
    """Judge a stage's tables in a DuckDB file, which is only read and released at the end.

    limits: DuckDB's configuration, as `Settings.limits`.
    tables: judge only these; None judges every table that has a suite.
    A table that is not there is an error, not a failure.
    """
    from orchestration import gx_duckdb

    chosen = None if tables is None else set(tables)
    suites = [s for s in load_suites(stage, folder) if chosen is None or s.table in chosen]
    columns = _columns(database)
    findings: list[Finding] = []
    with gx_duckdb.open_database(database, limits) as source:
        for suite in suites:
            findings += _judge(source, suite, columns.get(suite.table, []), run_id)
    return findings


def _columns(database: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name, column_name"
            " from information_schema.columns order by 1, ordinal_position"
        ).fetchall()
    columns: dict[str, list[str]] = {}
    for table, column in rows:
        columns.setdefault(table, []).append(column)
    return columns


def _judge(source: Any, suite: Suite, columns: list[str], run_id: str) -> list[Finding]:
    from orchestration import gx_duckdb

    if not columns:
        missing = f"there is no table {suite.table}"
        return [_finding(suite, rule, run_id, ERROR, missing) for rule in suite.rules]
    expectations, findings = [], {}
    for position, rule in enumerate(suite.rules):
        try:
            expectations.append(gx_duckdb.make_expectation(rule.expectation, rule.kwargs, position))
        except gx_duckdb.UnknownExpectation as error:
            findings[position] = _finding(suite, rule, run_id, ERROR, str(error))
    schema, table = suite.table.split(".")
    outcomes = gx_duckdb.judge(source, schema, table, expectations, _row_columns(columns))
    for position, outcome in outcomes.items():
        status = ERROR if outcome.error else PASSED if outcome.success else FAILED
        findings[position] = _finding(
            suite,
            suite.rules[position],
            run_id,
            status,
            outcome.error or outcome.observed,
            outcome.unexpected_count,
            outcome.rows if status == FAILED else (),
        )
    return [findings[position] for position in sorted(findings)]


def _finding(
    suite: Suite,
    rule: Rule,
    run_id: str,
    status: str,
    observed: str | None,
    unexpected_count: int | None = None,
    rows: Sequence[dict[str, Any]] = (),
) -> Finding:
    column = rule.kwargs.get("column")
    named = [{(column if k == "value" and column else k): v for k, v in r.items()} for r in rows]
    sample = [{k: v for k, v in row.items() if not is_private(k)} for row in named]
    # The extreme or the common value of a private column is itself private.
    is_value = column is not None and is_private(column) and unexpected_count is None
    return Finding(
        run_id=run_id,
        stage=suite.stage,
        table=suite.table,
        expectation=rule.expectation,
        column=column,
        severity=rule.severity,
        status=status,
        observed=None if is_value and status != ERROR else observed,
        unexpected_count=unexpected_count,
        sample=json.dumps(sample, default=str, ensure_ascii=False) if any(sample) else None,
        reason=rule.reason,
        suite=suite.file,
    )


def is_private(column: str) -> bool:
    """Whether a column never leaves the warehouse, not even in a sample, which is published.

    These are keys of persons, one person's pay, and teams, which may be too small to be named.
    """
    return column.endswith("_key") or column in PRIVATE


def _row_columns(columns: list[str]) -> list[str]:
    """The columns that tell which row it is: the place in its file, then ids, days and weeks."""
    place = [c for c in ("_file", "_row") if c in columns]
    endings = ("_id", "_date", "_start", "provider")
    names = [c for c in columns if c.endswith(endings) and not is_private(c)]
    return (place + names)[:6]


def write_findings(findings: Sequence[Finding], path: Path) -> None:
    """Keep the findings of a gate as Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(finding) for finding in findings]
    pq.write_table(pa.Table.from_pylist(rows, schema=FINDINGS), path)


def read_findings(path: Path) -> list[Finding]:
    """The findings a gate kept; none where it never ran."""
    if not path.exists():
        return []
    return [Finding(**row) for row in pq.read_table(path).to_pylist()]
