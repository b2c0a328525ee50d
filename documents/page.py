"""A document: sections of sentences, a chart, a table and blanks, written as one HTML file.

What belongs here: reading the published marts, and turning a document into a file that needs no
other. What does not: what a document says.
"""

import json
import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import jinja2
import pandas as pd
import vl_convert

from dashboards.wording import Form, known
from orchestration.settings import PROJECT

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Narrow enough that a phone, which shrinks charts, still shows letters one can read.
WIDTH, LETTERS = 480, 12


@dataclass(frozen=True)
class Table:
    """A table as it is read: its caption, its columns and its rows of text."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A part of a document. blanks: what people have to write themselves."""

    heading: str
    said: Sequence[str] = ()
    charts: Sequence[tuple[str, dict[str, Any]]] = ()
    tables: Sequence[Table] = ()
    blanks: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.said or self.charts or self.tables or self.blanks)


@dataclass(frozen=True)
class Document:
    """What is written: the name of its file, its title, the run it rests on, its sections."""

    name: str
    title: str
    source: str
    sections: Sequence[Section]


class Marts:
    """The published marts of one publication."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.run = self.rows("from governance.run_manifest").iloc[0]

    @property
    def source(self) -> str:
        """Which run a document was written from."""
        return (
            f"As of {self.run.as_of_date:%Y-%m-%d}, from run {self.run.run_id},"
            f" published {self.run.published_at:%Y-%m-%d %H:%M} UTC."
        )

    def rows(self, sql: str, **parameters: Any) -> pd.DataFrame:
        """What a query of the marts answers."""
        return self._connection.execute(sql, parameters).df()

    def lacks(self, kpi: str) -> list[str]:
        """For want of which feeds a measure may not know something, in a sentence; else none."""
        rows = self.rows(
            "from governance.kpi_coverage where kpi = $kpi and not is_complete", kpi=kpi
        )
        return [
            "What is not known here may be for want of feeds; "
            + "; ".join(
                f"{how}: {feeds}"
                for how, feeds in (("never landed", row.missing_feeds), ("stale", row.stale_feeds))
                if feeds
            )
            + "."
            for row in rows.itertuples()
        ]


def table(caption: str, rows: pd.DataFrame, columns: Mapping[str, tuple[str, Form]]) -> Table:
    """Rows as text. columns: by the mart's name, the title and the form of a value."""
    return Table(
        caption,
        [title for title, _ in columns.values()],
        [
            [known(form, row[name]) for name, (_, form) in columns.items()]
            for row in rows.to_dict("records")
        ],
    )


def tables(
    caption: str, rows: pd.DataFrame, columns: Mapping[str, tuple[str, Form]]
) -> Sequence[Table]:
    """One table, or none where there are no rows."""
    return () if rows.empty else (table(caption, rows, columns),)


def write(document: Document, folder: Path) -> Path:
    """Write a document into a folder as one HTML file.

    Raises ValueError where a section says nothing.
    """
    for section in document.sections:
        if section.is_empty:
            raise ValueError(f"{document.name}: the section {section.heading!r} says nothing")
    text = TEMPLATES.get_template("document.html.j2").render(document=document, drawn=drawn)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file_name(document.name)}.html"
    path.write_text(text, encoding="utf-8")
    return path


def file_name(name: str) -> str:
    """What a document's file is called: an id of the data is never a path, nor too long a name."""
    safe = quote(name, safe="")
    return safe if len(safe) <= 200 else f"{safe[:180]}-{sha256(name.encode()).hexdigest()[:16]}"


def drawn(chart: Mapping[str, Any]) -> str:
    """A chart as SVG that stands in a page, in the dashboard's colours.

    chart: its Vega-Lite specification, with rows as its `datasets`.
    """
    values = {
        name: json.loads(rows.to_json(orient="records", date_format="iso"))
        for name, rows in chart["datasets"].items()
    }
    config = {
        "font": "sans-serif",
        "aria": False,
        "axis": {"labelFontSize": LETTERS},
        "legend": {"labelFontSize": LETTERS},
        "range": {"category": _colors()},
    }
    return vl_convert.vegalite_to_svg(
        json.dumps({**chart, "datasets": values, "width": WIDTH, "config": config})
    )


@cache
def _colors() -> list[str]:
    theme = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    return theme["theme"]["chartCategoricalColors"]


def browser() -> str | None:
    """A Chromium on the PATH; None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def print_to_pdf(page: Path, chromium: str) -> Path:
    """Print a written document to a PDF beside it.

    Raises SubprocessError or OSError where that fails; then there is none, not even an old one.
    """
    pdf = page.with_suffix(".pdf")
    pdf.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium,
                "--headless",
                # Chromium's sandbox does not work for root.
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-pdf-header-footer",
                f"--user-data-dir={profile}",
                f"--print-to-pdf={pdf}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    if not pdf.exists():
        raise FileNotFoundError(pdf)
    return pdf
