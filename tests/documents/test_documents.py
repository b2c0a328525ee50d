"""The weekly report and the filled templates, over the small demo company."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboards import charts
from dashboards.wording import usd
from documents import experiment_plan, page, post_mortem, roi_case, weekly
from documents.__main__ import printed
from documents.page import Document, Marts, Section, drawn, write
from orchestration.published import connect
from tests.conftest import run_python

KINDS = (weekly, roi_case, experiment_plan, post_mortem)


class Reading(HTMLParser):
    """What a page says section by section, and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: dict[str, str] = {}
        self.fetched: list[str] = []
        self._heading: str | None = None
        self._is_heading = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_heading = tag == "h2"
        self.fetched += [
            str(value)
            for name, value in attrs
            if name in ("src", "href", "xlink:href") and not str(value).startswith("#")
        ]

    def handle_endtag(self, tag: str) -> None:
        self._is_heading = False

    def handle_data(self, data: str) -> None:
        if self._is_heading:
            self._heading = data
            self.sections[data] = ""
        elif self._heading is not None:
            self.sections[self._heading] += data


@pytest.fixture(scope="module")
def marts(small_company: Path) -> Iterator[Marts]:
    with closing(connect((small_company / "published" / "marts.duckdb").resolve())) as connection:
        yield Marts(connection)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_says_something_in_every_section(
    marts: Marts, tmp_path: Path, kind: object
) -> None:
    written = [write(document, tmp_path) for document in kind.documents(marts)]
    assert written
    for path in written:
        text = path.read_text(encoding="utf-8")
        reading = Reading(text)
        assert len(reading.sections) >= 4
        assert all(len(said.split()) > 3 for said in reading.sections.values()), path
        assert not re.findall(
            r"\b(nan|NaN|NaT|None|null|undefined)\b", " ".join(reading.sections.values())
        ), path
        assert not reading.fetched, path
        assert "url(" not in text.replace("url(#", "")


def test_the_report_tells_the_marts_numbers(marts: Marts) -> None:
    last = marts.rows(
        "from governance.kpi_scorecard_weekly where workflow_id = 'all' and is_final"
        " order by week_start desc limit 1"
    ).iloc[0]
    [report] = weekly.documents(marts)
    numbers = " ".join(report.sections[0].said)
    assert f"{last.week_start:%Y-%m-%d}" in numbers
    assert f"cost per verified output: {usd(last.cost_per_verified_output_usd)}" in numbers
    assert f"verified resolution rate: {last.verified_resolution_rate:.1%}" in numbers
    assert f"displacement multiplier: {last.displacement_multiplier:.1f}x" in numbers
    assert f"risk-adjusted savings: {usd(last.risk_adjusted_savings_usd)}" in numbers
    assert len(report.sections[0].charts) == 4


def test_a_sample_size_is_that_of_the_readout(marts: Marts) -> None:
    plans = {plan.name: plan for plan in experiment_plan.documents(marts)}
    [row] = marts.rows(
        "from returns.kpi_experiment_readouts where is_primary and experiment_id = 'offer-banner'"
    ).itertuples()
    size = plans["experiment-offer-banner"].sections[2]
    assert size.heading == "Sample size"
    assert f"it needs {row.units_needed:,.0f} units" in size.said[0]


def test_a_text_from_the_data_stays_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x>"
    document = Document("d", hostile, hostile, [Section(hostile, [hostile], blanks=[hostile])])
    text = write(document, tmp_path).read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "<img" not in text
    assert text.count("&lt;script&gt;") == 6


def test_a_text_in_a_chart_stays_text() -> None:
    hostile = "</svg><script>alert(1)</script>"
    months = pd.to_datetime(["2026-01-01", "2026-02-01"])
    rows = pd.DataFrame({"month": months, "value": [1, 2], "name": hostile})
    drawing = drawn(charts.trend(rows, "month", "value", charts.NUMBER, series="name"))
    assert "<script>" not in drawing
    assert "&lt;script&gt;" in drawing


@pytest.mark.parametrize("named", ["../../../elsewhere", "a/b", "é" * 300, "\n"])
def test_an_id_is_no_path(tmp_path: Path, named: str) -> None:
    path = write(Document(f"incident-{named}", "t", "s", [Section("h", ["said"])]), tmp_path)
    assert path.parent == tmp_path
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_no_effect_is_told_before_its_readout(marts: Marts) -> None:
    statuses = dict(
        marts.rows(
            "select experiment_id, status from returns.kpi_experiment_readouts where is_primary"
        ).itertuples(index=False)
    )
    assert {"running", "invalid"} <= set(statuses.values())
    for plan in experiment_plan.documents(marts):
        status = statuses[plan.name.removeprefix("experiment-")]
        assert bool(plan.sections[-1].tables) == (status not in experiment_plan.UNREAD)


def test_where_feeds_are_missing_it_names_them(small_company: Path, tmp_path: Path) -> None:
    copy = tmp_path / "marts.duckdb"
    shutil.copy((small_company / "published" / "marts.duckdb").resolve(), copy)
    with closing(duckdb.connect(str(copy))) as connection:
        connection.execute(
            "update governance.kpi_coverage set is_complete = false, missing_feeds = 'focus'"
            " where kpi = 'kpi_cost_per_output_weekly'"
        )
        connection.execute("update efficiency.kpi_cost_per_output_weekly set cost_ratio = null")
    with closing(connect(copy)) as connection:
        [report] = weekly.documents(Marts(connection))
    [cost] = [part for part in report.sections if part.heading == "Cost against people"]
    assert any("It is not known what they cost: " in said for said in cost.said)
    assert any("never landed: focus." in said for said in cost.said)


def test_a_browser_that_fails_leaves_no_pdf_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium = tmp_path / "chromium"
    chromium.write_text("#!/bin/sh\nexit 1\n")
    chromium.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    old = tmp_path / "weekly.pdf"
    old.write_text("of last week")
    assert printed(tmp_path / "weekly.html").startswith(f"No PDF: {chromium} failed")
    assert not old.exists()


def test_an_empty_section_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the section 'Risks' says nothing"):
        write(Document("d", "t", "s", [Section("Risks")]), tmp_path)


def test_all_of_it_from_the_shell(small_company: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(small_company / "published", data / "published", symlinks=True)
    made = run_python(data, "documents")
    assert made.returncode == 0, made.stderr
    names = {path.name for path in (data / "reports").iterdir()}
    assert {name.partition("-")[0] for name in names} == {"weekly", "roi", "experiment", "incident"}
    pdfs = [path for path in (data / "reports").glob("*.pdf")]
    if page.browser() is None:
        assert "No PDF: Chromium is not on the PATH." in made.stdout
        assert not pdfs
    else:
        assert [pdf.read_bytes()[:5] for pdf in pdfs] == [b"%PDF-"]


def test_before_the_first_night_it_says_what_to_do(tmp_path: Path) -> None:
    made = run_python(tmp_path, "documents")
    assert made.returncode == 1
    assert "make demo" in made.stderr
    assert "Traceback" not in made.stderr


def test_a_company_without_a_final_week_gets_a_report(small_company: Path, tmp_path: Path) -> None:
    copy = tmp_path / "marts.duckdb"
    shutil.copy((small_company / "published" / "marts.duckdb").resolve(), copy)
    with closing(duckdb.connect(str(copy))) as connection:
        connection.execute("update governance.kpi_scorecard_weekly set is_final = false")
    with closing(connect(copy)) as connection:
        [report] = weekly.documents(Marts(connection))
        text = write(report, tmp_path).read_text(encoding="utf-8")
    assert "No week is final yet" in text
