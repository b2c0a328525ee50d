"""A gate tells apart what passed, what failed and what could not be judged."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration import gates

SUITES = Path(__file__).parents[2] / "expectations"
LIMITS = {"memory_limit": "1GB", "threads": 1}


def write_suite(folder: Path, table: str, *rules: dict, stage: str = "staging") -> None:
    path = folder / stage / f"{table.split('.')[1]}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"table": table, "expectations": list(rules)}))


def rule(expectation: str, severity: str = "critical", **kwargs: object) -> dict:
    return {
        "expectation": expectation,
        "kwargs": kwargs,
        "severity": severity,
        "reason": f"reason of {expectation}",
    }


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema staging;
            create table staging.sheets as
            select
                'hours.csv' as _file,
                row_number as _row,
                case when row_number = 3 then -1.5 else 8 end as hours,
                case when row_number = 2 then null else 'abcdef' || row_number end as worker_key
            from range(1, 6) as rows (row_number);
            create table staging.nothing as select * from staging.sheets where false;
            """
        )
    return path


def findings_of(database: Path, folder: Path) -> dict[str, gates.Finding]:
    found = gates.validate("staging", database, "run-1", folder, limits=LIMITS)
    return {finding.expectation: finding for finding in found}


def stops(database: Path, folder: Path, stage: str = "staging") -> list[gates.Finding]:
    found = gates.validate(stage, database, "run-1", folder, limits=LIMITS)
    return [finding for finding in found if finding.stops]


def test_failed_finding_names_row_and_reason(database: Path, tmp_path: Path) -> None:
    hours = rule("ExpectColumnValuesToBeBetween", column="hours", min_value=0)
    write_suite(tmp_path, "staging.sheets", hours, rule("ExpectTableRowCountToEqual", value=5))

    found = findings_of(database, tmp_path)

    failed = found["ExpectColumnValuesToBeBetween"]
    assert (failed.status, failed.unexpected_count, failed.stops) == ("failed", 1, True)
    assert json.loads(failed.sample) == [{"_file": "hours.csv", "_row": 3, "hours": "-1.5"}]
    assert failed.reason == "reason of ExpectColumnValuesToBeBetween"
    assert failed.suite == "staging/sheets.yml"
    assert found["ExpectTableRowCountToEqual"].status == "passed"


def test_rows_of_a_query_are_sampled(database: Path, tmp_path: Path) -> None:
    query = "select _row, worker_key from {batch} where hours < 0"
    write_suite(
        tmp_path, "staging.sheets", rule("UnexpectedRowsExpectation", unexpected_rows_query=query)
    )

    failed = findings_of(database, tmp_path)["UnexpectedRowsExpectation"]

    assert (failed.status, failed.unexpected_count) == ("failed", 1)
    assert json.loads(failed.sample) == [{"_row": 3}]


def test_warning_does_not_stop(database: Path, tmp_path: Path) -> None:
    hours = rule("ExpectColumnValuesToBeBetween", "warning", column="hours", min_value=0)
    write_suite(tmp_path, "staging.sheets", hours)

    failed = findings_of(database, tmp_path)["ExpectColumnValuesToBeBetween"]

    assert failed.status == "failed"
    assert not failed.stops


@pytest.mark.parametrize(
    "broken",
    [
        rule("ExpectColumnValuesToBeBetween", "warning", column="no_such", min_value=0),
        rule("UnexpectedRowsExpectation", unexpected_rows_query="select nonsense from {batch}"),
        rule("ExpectColumnValuesToMatchRegex", column="_file", regex="x"),
        rule("ExpectMiracles"),
        rule("ExpectColumnValuesToBeBetween", column="hours", minimum=0),
    ],
    ids=["column", "query", "dialect", "name", "arguments"],
)
def test_expectation_that_raises_is_an_error(database: Path, tmp_path: Path, broken: dict) -> None:
    write_suite(tmp_path, "staging.sheets", broken, rule("ExpectTableRowCountToEqual", value=5))

    found = findings_of(database, tmp_path)

    error = found[broken["expectation"]]
    assert (error.status, error.stops) == ("error", True)
    assert error.observed
    assert found["ExpectTableRowCountToEqual"].status == "passed"


def test_missing_table_is_an_error(database: Path, tmp_path: Path) -> None:
    write_suite(tmp_path, "staging.absent", rule("ExpectTableRowCountToEqual", value=5))

    error = findings_of(database, tmp_path)["ExpectTableRowCountToEqual"]

    assert (error.status, error.observed) == ("error", "there is no table staging.absent")


def test_personal_columns_are_never_sampled(database: Path, tmp_path: Path) -> None:
    write_suite(
        tmp_path,
        "staging.sheets",
        rule("ExpectColumnValuesToNotBeNull", column="worker_key"),
        rule("ExpectColumnValuesToBeInSet", column="worker_key", value_set=["x"]),
        rule("ExpectColumnMostCommonValueToBeInSet", column="worker_key", value_set=["x"]),
    )

    found = gates.validate("staging", database, "run-1", tmp_path, limits=LIMITS)

    assert [finding.status for finding in found] == ["failed"] * 3
    assert not any("abcdef" in str(finding) for finding in found)


def test_findings_survive_being_kept(database: Path, tmp_path: Path) -> None:
    write_suite(tmp_path, "staging.sheets", rule("ExpectTableRowCountToEqual", value=4))
    found = gates.validate("staging", database, "run-1", tmp_path, limits=LIMITS)

    gates.write_findings(found, tmp_path / "validation_staging.parquet")

    assert gates.read_findings(tmp_path / "validation_staging.parquet") == found
    assert gates.read_findings(tmp_path / "validation_marts.parquet") == []


def test_gate_lets_go_of_the_database(database: Path, tmp_path: Path) -> None:
    write_suite(tmp_path, "staging.nothing", rule("ExpectTableRowCountToEqual", value=0))

    assert stops(database, tmp_path) == []

    with duckdb.connect(str(database)) as connection:
        connection.execute("drop table staging.nothing")


def test_gate_keeps_within_the_limits(database: Path, tmp_path: Path) -> None:
    other = (
        "select name, value from duckdb_settings() cross join (select count(*) from {batch})"
        " where name = 'threads' and value <> '1'"
        " or name = 'memory_limit' and value <> '953.6 MiB'"
    )
    asked = rule("UnexpectedRowsExpectation", unexpected_rows_query=other)
    write_suite(tmp_path, "staging.sheets", asked)

    assert findings_of(database, tmp_path)["UnexpectedRowsExpectation"].status == gates.PASSED


def test_suite_without_reason_is_refused(database: Path, tmp_path: Path) -> None:
    hasty = rule("ExpectTableRowCountToEqual", value=5)
    del hasty["reason"]
    write_suite(tmp_path, "staging.sheets", hasty)

    with pytest.raises(gates.SuiteError, match="reason"):
        gates.validate("staging", database, "run-1", tmp_path, limits=LIMITS)


@pytest.mark.parametrize(
    ("feed", "columns"),
    [
        (
            "predictions",
            "'regression' as task, timestamp '2026-01-02' as predicted_at, null as labeled_at, "
            "'c' as cohort, 'm' as model_id, null as features, 1.0 as predicted_value, "
            "1e300 as actual_value",
        ),
        (
            "langfuse",
            "timestamp '2026-01-02' as told_at, null as ended_at, 'DEFAULT' as level, "
            "null as data_type, 5 as input_tokens, null as cached_input_tokens, "
            "9000000000000000000 as cache_creation_tokens, 1 as output_tokens",
        ),
        (
            "otlp_logs",
            "timestamp '2026-01-02' as occurred_at, 0.5 as score_value, 1.0 as cost_usd, "
            "'e' as event_name, null as trace_id, null as evaluation_name, "
            "9000000000000000000 as input_tokens, null as cache_read_tokens, "
            "null as cache_creation_tokens, 1 as output_tokens",
        ),
    ],
)
def test_a_number_that_models_cannot_add_up_stops_at_the_door(
    tmp_path: Path, feed: str, columns: str
) -> None:
    (tmp_path / "landing").mkdir()
    shutil.copy(SUITES / "landing" / f"{feed}.yml", tmp_path / "landing")
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema landing")
        connection.execute(
            f"create table landing.{feed} as select 'a' as _file, 1 as _row, {columns}"
        )

    [stopping] = stops(database, tmp_path, "landing")

    assert (stopping.status, stopping.unexpected_count) == ("failed", 1)


def test_a_bill_that_two_groupings_tell_stops_before_it_counts_twice(tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    shutil.copy(SUITES / "staging" / "stg_openai__costs.yml", tmp_path / "staging")
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            create schema staging;
            create table staging.stg_openai__costs as
            select
                date '2026-01-01' + cast(day as integer) as charge_date,
                'USD' as currency,
                'p' || part as project_id,
                '' as line_item,
                '' as api_key_id,
                day + part + 0.5 as amount
            from range(3) as days (day) cross join range(2) as parts (part);
            """
        )
    assert stops(database, tmp_path) == []

    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            insert into staging.stg_openai__costs
            select charge_date, currency, project_id, 'tokens', '', amount
            from staging.stg_openai__costs
            """
        )

    [stopping] = stops(database, tmp_path)

    assert stopping.status == "failed"
    assert stopping.reason.endswith("would count twice.")


@pytest.mark.parametrize(
    "correction", ["timestamp '2026-01-03' as resolved_at", "false as is_closing"]
)
def test_a_state_that_was_corrected_no_longer_stops(tmp_path: Path, correction: str) -> None:
    """Staging holds every load of a state; the last one counts, whichever file brought it."""
    suite = "stg_work__work_item_states"
    (tmp_path / "staging").mkdir()
    shutil.copy(SUITES / "staging" / f"{suite}.yml", tmp_path / "staging")
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"""
            create schema staging;
            create table staging.stg_outturn__as_of_date as select date '2026-01-03' as as_of_date;
            create table staging.{suite} as
            select
                'a' as work_item_id, timestamp '2026-01-03' as updated_at, true as is_closing,
                timestamp '2026-01-02' as opened_at, timestamp '2026-01-01' as resolved_at,
                'bad.csv' as _file, 1 as _row, timestamp '2026-01-04' as _loaded_at;
            """
        )
    [stopping] = stops(database, tmp_path)
    assert (stopping.status, stopping.unexpected_count) == ("failed", 1)

    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"""
            insert into staging.{suite}
            select * replace (
                {correction},
                'good.csv' as _file,
                timestamp '2026-01-05' as _loaded_at
            ) from staging.{suite}
            """
        )
    assert stops(database, tmp_path) == []
