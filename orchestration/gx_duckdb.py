"""Great Expectations on a DuckDB file.

What belongs here: what it takes to run a suite of expectations over one table and to read the
answer. What does not: what suites say, and what a finding means for the night (gates.py).

Great Expectations knows DuckDB only through SQLAlchemy and reads results after it has closed the
connection, so the dialect registered here, `duckdb+buffered`, fetches every result at once.
Importing this module takes seconds; gates.py does so when it first needs it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import duckdb_engine
import great_expectations as gx
import great_expectations.expectations as gx_expectations
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.expectations.expectation import Expectation
from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.reflection import cache
from sqlalchemy.types import NULLTYPE

SAMPLE_ROWS = 5


class BufferedContext(duckdb_engine.Dialect.execution_ctx_cls):
    """Fetches a result's rows when the statement has run."""

    def post_exec(self) -> None:
        super().post_exec()
        if self.cursor.description is not None:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, self.cursor.description, initial_buffer=self.cursor.fetchall()
            )


class BufferedDuckDB(duckdb_engine.Dialect):
    """DuckDB whose results outlive their connection."""

    execution_ctx_cls = BufferedContext
    supports_statement_cache = False

    def connect(self, *arguments: Any, **options: Any) -> Any:
        connection = super().connect(*arguments, **options)
        connection.execute("set TimeZone = 'UTC'")
        return connection

    @cache
    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[dict[str, Any]]:
        """The names of a table's columns.

        No expectation asks for more, and what the inherited dialect asks, PostgreSQL's catalog,
        takes longer than most expectations.
        """
        columns = connection.exec_driver_sql(
            "select column_name from duckdb_columns()"
            " where schema_name = ? and table_name = ? order by column_index",
            (schema, str(table_name)),
        )
        return [
            {"name": name, "type": NULLTYPE, "nullable": True, "default": None}
            for (name,) in columns
        ]

    def get_pk_constraint(self, *_: Any, **__: Any) -> dict[str, Any]:
        """None: no table of ours declares a primary key."""
        return {"constrained_columns": [], "name": None}


registry.register("duckdb.buffered", __name__, BufferedDuckDB.__name__)


class UnknownExpectation(ValueError):
    """A suite names an expectation that does not exist, or gives it arguments it does not take."""


@dataclass(frozen=True)
class Outcome:
    """What one expectation said.

    error: the message of the exception it raised instead of judging; None when it judged.
    rows: up to SAMPLE_ROWS of the rows it did not expect.
    """

    success: bool
    error: str | None
    observed: str | None
    unexpected_count: int | None
    rows: list[dict[str, Any]]


def make_expectation(name: str, arguments: dict[str, Any], position: int) -> Expectation:
    """Make an expectation of the class `name`; `position` finds its result again."""
    expectation_class = getattr(gx_expectations, name, None)
    if expectation_class is None:
        raise UnknownExpectation(f"Great Expectations has no expectation {name}")
    try:
        return expectation_class(**arguments, meta={"position": position})
    except (TypeError, ValueError) as error:
        raise UnknownExpectation(f"{name} cannot be made: {error}") from error


@contextmanager
def open_database(database: Path, limits: Mapping[str, Any]) -> Iterator[SQLDatasource]:
    """A data source that reads the file and lets go of it at the end.

    limits: DuckDB's configuration.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        "database",
        connection_string=f"duckdb+buffered:///{database}",
        kwargs={"connect_args": {"read_only": True, "config": dict(limits)}},
    )
    try:
        yield source
    finally:
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()


def judge(
    source: SQLDatasource,
    schema: str,
    table: str,
    expectations: Sequence[Expectation],
    row_columns: Sequence[str],
) -> dict[int, Outcome]:
    """Judge a table; the outcomes by the position of their expectation.

    row_columns: the columns by which a sample row is recognised.
    """
    asset = source.add_table_asset(f"{schema}.{table}", table_name=table, schema_name=schema)
    # The whole table. A named batch definition would have all of the configuration saved again.
    batch = asset.get_batch(asset.build_batch_request())
    # Only COMPLETE carries the rows of a query; of a column it would carry every unexpected value.
    queries = gx_expectations.UnexpectedRowsExpectation
    whole_rows = [one for one in expectations if isinstance(one, queries)]
    by_column = [one for one in expectations if not isinstance(one, queries)]
    summary = {"result_format": "SUMMARY", "partial_unexpected_count": SAMPLE_ROWS}
    if row_columns:
        summary["unexpected_index_column_names"] = list(row_columns)
    outcomes: dict[int, Outcome] = {}
    for chosen, result_format in ((by_column, summary), (whole_rows, "COMPLETE")):
        if not chosen:
            continue
        suite = gx.ExpectationSuite(name=f"{schema}.{table}", expectations=chosen)
        for result in batch.validate(suite, result_format=result_format).results:
            outcomes[result.expectation_config.meta["position"]] = _outcome(result)
    return outcomes


def _outcome(result: ExpectationValidationResult) -> Outcome:
    details = result.result or {}
    rows = (
        details.get("partial_unexpected_index_list")
        or (details.get("details") or {}).get("unexpected_rows")
        or [{"value": value} for value in details.get("partial_unexpected_list") or []]
    )
    count = details.get("unexpected_count")
    observed = details.get("observed_value")
    if count is None and rows:
        count = observed
    if observed is None and details.get("unexpected_percent") is not None:
        observed = f"{details['unexpected_percent']:.4g} % of {details['element_count']} rows"
    return Outcome(
        success=bool(result.success),
        error=_error(result.exception_info),
        observed=None if observed is None else str(observed),
        unexpected_count=count,
        rows=[dict(row) for row in rows[:SAMPLE_ROWS]],
    )


def _error(exception_info: dict[str, Any] | None) -> str | None:
    """The message of a raised exception; the information comes flat, or once for each metric."""
    if not exception_info:
        return None
    parts = [exception_info] if "raised_exception" in exception_info else exception_info.values()
    messages = [
        part.get("exception_message") or "it raised an exception without a message"
        for part in parts
        if isinstance(part, dict) and part.get("raised_exception")
    ]
    return "; ".join(messages) or None
