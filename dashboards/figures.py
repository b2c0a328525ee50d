"""A figure: its question, its picture, and one click away its definition, its table and a CSV.

What belongs here: the frame that every figure of every page has. What does not: shapes of charts
(charts.py), or which figures a page holds.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboards import charts, publication
from dashboards.filters import Filters
from dashboards.wording import plain


def figure(
    question: str,
    table: str,
    rows: pd.DataFrame,
    chosen: Filters,
    picture: Callable[[], None],
    reading: str = "",
    shows: Sequence[str] = (),
    asks: bool = False,
) -> None:
    """Show rows of a published table (schema.table) as a picture.

    question: the heading. picture: draws into the page; not called where there are no rows.
    reading: how to read it, a sentence or two. shows: the columns it is about; where no row knows
    any of them, the figure says why instead of drawing nothing. asks: whether the picture has a
    choice of its own; all others are drawn once for everybody with the same filters.
    """
    st.subheader(question, anchor=_anchor(question))
    if reading:
        st.caption(reading)
    if rows.empty:
        _nothing(table, chosen)
    elif shows and rows[list(shows)].isna().all(axis=None):
        _unknown(table)
    elif asks:
        picture()
    else:
        source = picture.__code__.co_filename, picture.__code__.co_firstlineno
        names = tuple(chosen.names.items())
        _drawn_once(str(st.session_state.publication), names, chosen.since, source, picture)
    unheeded = chosen.unheeded(table)
    if unheeded:
        st.caption(f"Not narrowed by {', '.join(unheeded)}: this measure does not know it.")
    _behind(question, table, rows)


@st.cache_data(max_entries=1_000, show_spinner=False)
def _drawn_once(
    publication: str,
    names: tuple[tuple[str, tuple[str, ...]], ...],
    since: date | None,
    source: tuple[str, int],
    _picture: Callable[[], None],
) -> None:
    """Draw a picture; whoever comes later with the same publication and filters gets it again."""
    _picture()


def chart(drawn: charts.Drawn, alternative: str) -> None:
    """A chart as wide as its place. alternative: what it shows, for those who hear it."""
    # One description for all of it: a reader who hears it wants no list of unnamed points.
    described = drawn | {"config": {"mark": {"aria": False}}}
    st.vega_lite_chart(described, width="stretch", alt=alternative)


def panels(
    rows: pd.DataFrame,
    by: list[str],
    draw: Callable[[pd.DataFrame], charts.Drawn],
    across: int = 3,
    shows: Sequence[str] = (),
) -> None:
    """One small chart for each value of some columns, side by side.

    draw: the chart of one value's rows. shows: the columns it is about; no chart where no row knows
    any of them.
    """
    groups = [(" · ".join(map(str, name)), part) for name, part in rows.groupby(by)]
    for start in range(0, len(groups), across):
        row = groups[start : start + across]
        for place, (name, part) in zip(st.columns(across), row, strict=False):
            with place:
                st.markdown(f"**{plain(name)}**")
                if shows and part[list(shows)].isna().all(axis=None):
                    st.caption("Not known.")
                else:
                    chart(draw(part), name)


def lines(said: Iterable[tuple[str, str]]) -> None:
    """A list: each subject out of the data, and what is said of it in Markdown."""
    st.markdown("\n".join(f"- **{plain(subject)}**: {words}" for subject, words in said))


def last(rows: pd.DataFrame, time: str, by: list[str]) -> pd.DataFrame:
    """The latest row of each value of some columns, the latest final one where rows are so."""
    if "is_final" in rows:
        rows = rows[rows.is_final]
    return rows.sort_values(time).groupby(by, as_index=False).tail(1).sort_values(by)


def never_landed(table: str) -> str | None:
    """The feeds that a published table needs and that never landed; None where all did."""
    rows = publication.query(
        "select missing_feeds from governance.kpi_coverage"
        " where kpi = split_part($table, '.', 2) and missing_feeds is not null"
        " and missing_feeds <> ''",
        {"table": table},
    )
    return None if rows.empty else rows.missing_feeds[0]


def _nothing(table: str, chosen: Filters) -> None:
    lacking = never_landed(table)
    if lacking:
        st.info(f"Empty: these feeds never landed: {plain(lacking)}.")
    elif any(chosen.names.values()) or chosen.since:
        st.info("Nothing is left by the filters: widen them in the sidebar.")
    else:
        st.info("Nothing happened yet that this measure counts.")


def _unknown(table: str) -> None:
    lacking = never_landed(table)
    st.info(
        f"Not known: these feeds never landed: {plain(lacking)}."
        if lacking
        else "Not known for any row of what is chosen."
    )


@st.fragment
def _behind(question: str, table: str, rows: pd.DataFrame) -> None:
    key = _anchor(question)
    behind = st.expander(
        "Definition, table and CSV", key=f"behind-{key}", on_change="rerun", icon=":material/table:"
    )
    if not behind.open:
        return
    with behind:
        st.markdown(f"`{table}`: {plain(publication.meaning(table))}")
        said = publication.columns(table)
        st.markdown(
            "\n".join(f"- `{name}`: {plain(said[name])}" for name in rows.columns if name in said)
        )
        st.dataframe(
            rows,
            hide_index=True,
            placeholder="",
            alt=f"Table of: {question} The CSV holds the same.",
        )
        st.download_button(
            "Download CSV",
            rows.to_csv(index=False),
            file_name=f"{table.partition('.')[2]}.csv",
            mime="text/csv",
            key=f"csv-{key}",
            on_click="ignore",
        )


def _anchor(question: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", question.lower()).strip("-")
