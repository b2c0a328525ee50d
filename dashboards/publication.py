"""The published marts as pages read them: read-only, locked down, one publication a page.

What belongs here: queries and descriptions, kept as long as the publication is. What does not:
which rows a reader asked for (filters.py), or how they are shown.
"""

from collections.abc import Mapping
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from orchestration.published import connect


def query(sql: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Rows of the publication this page shows."""
    return _query(str(st.session_state.publication), sql, tuple((parameters or {}).items()))


def columns(table: str) -> dict[str, str]:
    """Columns of a published table (schema.table) and what each means."""
    rows = query(
        "select column_name, comment from duckdb_columns()"
        " where schema_name || '.' || table_name = $table order by column_index",
        {"table": table},
    )
    return dict(rows.itertuples(index=False))


def meaning(table: str) -> str:
    """What a published table (schema.table) says of itself."""
    rows = query(
        "select comment from duckdb_tables() where schema_name || '.' || table_name = $table",
        {"table": table},
    )
    return rows.comment[0]


# Keyed by the file, not by the link: a new publication is a new key.
@st.cache_data(max_entries=2_000, show_spinner=False)
def _query(path: str, sql: str, parameters: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    with _connection(path).cursor() as cursor:
        return cursor.execute(sql, dict(parameters)).df()


@st.cache_resource(max_entries=2, show_spinner=False)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return connect(path)
