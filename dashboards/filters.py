"""What a reader narrowed the pages to: workflow, agent, team and period, kept in the address.

What belongs here: the four filters, and the rows of a published table they leave. What does not:
anything about one page.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import publication

EVERYTHING = "everything"
PERIODS = {"13 weeks": 13, "26 weeks": 26, "52 weeks": 52, EVERYTHING: None}
NAMED = {
    "workflow": ("workflow_id", "core.dim_workflows"),
    "agent": ("agent_id", "core.dim_agents"),
    "team": ("team_id", "core.dim_teams"),
}
# The column that places a row in time, and the calendar unit its first day is.
TIMES = {
    "week_start": "week",
    "month_start": "month",
    "quarter_start": "quarter",
    "hour_start": "hour",
    "cost_date": "day",
    "event_date": "day",
}


@dataclass(frozen=True)
class Filters:
    """What is chosen. names: by column; none chosen leaves all. since: first day; None, all."""

    names: dict[str, tuple[str, ...]]
    since: date | None

    def rows(self, table: str, where: str = "true", order: str = "all") -> pd.DataFrame:
        """The rows of a published table (schema.table) that the filters and a condition leave."""
        held = publication.columns(table)
        conditions, parameters = [f"({where})"], {}
        for column, chosen in self.names.items():
            if chosen and column in held:
                conditions.append(f"list_contains(${column}, {column})")
                parameters[column] = chosen
        for column, unit in TIMES.items():
            if self.since and column in held:
                conditions.append(f"{column} >= date_trunc('{unit}', $since)")
                parameters["since"] = self.since
        sql = f"from {table} where {' and '.join(conditions)} order by {order}"
        return publication.query(sql, parameters)

    def events(self, subject_type: str, subject_id: str | None = None) -> pd.DataFrame:
        """What happened in the period to subjects of a type, or to one, and to the company."""
        rows = self.rows("governance.kpi_event_annotations", order="event_date, event_id")
        its = (rows.subject_type == subject_type) & (
            (rows.subject_id == subject_id) if subject_id else True
        )
        return rows[its | (rows.subject_type == "company")]

    def unheeded(self, table: str) -> list[str]:
        """The filters that are set and that a table knows nothing of."""
        held = publication.columns(table)
        named = [n for n, (c, _) in NAMED.items() if self.names[c] and c not in held]
        return named + (["period"] if self.since and not set(TIMES) & set(held) else [])


def choose(as_of: date) -> Filters:
    """The four filters in the sidebar; each choice stands in the address of the page."""
    names = {column: _named(name, column, table) for name, (column, table) in NAMED.items()}
    weeks = PERIODS[
        st.selectbox("Period", list(PERIODS), index=1, key="period", bind="query-params")
    ]
    return Filters(names, as_of - timedelta(weeks=weeks) if weeks else None)


def _named(name: str, column: str, table: str) -> tuple[str, ...]:
    options: list[Any] = publication.query(f"select {column} from {table} order by all")[
        column
    ].tolist()
    return tuple(
        st.multiselect(name.capitalize(), options, key=name, placeholder="all", bind="query-params")
    )
