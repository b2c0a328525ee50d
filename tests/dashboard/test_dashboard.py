"""The dashboard as its readers meet it, in a browser, over the small demo company."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboards.wording import usd
from tests.browser import browsing, complaints, drawn, serving, shown, views

PAGES = views()
BEHIND = "Definition, table and CSV"
# A slow machine is no failure.
expect.set_options(timeout=30_000)
DESKTOP, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
# Tables are drawn on a canvas; the CSV beside each is their accessible alternative.
AXE = {"exclude": [["[data-testid=stDataFrame]"]]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(browser: Browser, small_company: Path) -> Iterator[str]:
    with serving(small_company) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab; whatever it asks for, it asks this machine."""
    asked: list[str] = []
    with browser.new_context(viewport=DESKTOP) as context:
        context.set_default_timeout(30_000)
        context.on("request", lambda request: asked.append(request.url))
        yield context.new_page()
    outside = [url for url in asked if urlsplit(url).scheme not in ("data", "blob")]
    assert {urlsplit(url).hostname for url in outside} <= {"127.0.0.1"}


@pytest.fixture(scope="module")
def marts(small_company: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(connect(small_company)) as connection:
        yield connection


def connect(data: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(data / "published" / "marts.duckdb"), read_only=True)


def downloaded(page: Page, figure: int, folder: Path) -> tuple[str, Path]:
    """The CSV behind a figure of a page, and the table it says it is of."""
    behind = page.locator("[data-testid=stExpander]").filter(has_text=BEHIND).nth(figure)
    if behind.locator("details[open]").count() == 0:
        behind.locator("summary").click()
        # The table comes last and moves what stands below it.
        behind.locator("[data-testid=stDataFrame] canvas").first.wait_for()
        drawn(page)
    with page.expect_download() as download:
        behind.get_by_role("button", name="Download CSV").click()
    path = folder / f"{figure}.csv"
    download.value.save_as(path)
    return download.value.suggested_filename.removesuffix(".csv"), path


def figures(page: Page) -> int:
    return page.locator("[data-testid=stExpander]").filter(has_text=BEHIND).count()


def not_in_mart(marts: duckdb.DuckDBPyConnection, name: str, csv: Path) -> tuple[int, int]:
    """How many rows a CSV holds, and how many of them its mart does not hold."""
    (table,) = marts.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where table_name = ?", [name]
    ).fetchone()
    types = dict(
        marts.execute(
            "select column_name, data_type from duckdb_columns()"
            " where schema_name || '.' || table_name = ?",
            [table],
        ).fetchall()
    )
    with open(csv, encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    # A decimal is written as the double nearest to it, a document as text.
    types = {
        n: "DOUBLE" if types[n].startswith("DECIMAL") else types[n].replace("JSON", "VARCHAR")
        for n in names
    }
    # And no text as nothing.
    held = ", ".join(
        f"nullif(cast(\"{n}\" as varchar), '')"
        if types[n] == "VARCHAR"
        else f'cast("{n}" as {types[n]})'
        for n in names
    )
    reader = f"read_csv('{csv}', header = true, columns = {types}, nullstr = '')"
    (rows,) = marts.execute(f"select count(*) from {reader}").fetchone()
    (others,) = marts.execute(
        f"select count(*) from (select {held} from {reader} except select {held} from {table})"
    ).fetchone()
    return rows, others


def choose(page: Page, label: str, choice: str) -> None:
    """Choose in a filter by the keyboard: nothing that moves meanwhile can be missed."""
    box = page.get_by_role("combobox", name=label)
    box.fill(choice)
    page.get_by_role("option", name=choice).wait_for()
    box.press("Enter")
    box.press("Escape")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_the_marts_hold(
    page: Page,
    address: str,
    marts: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    name: str,
) -> None:
    shown(page, f"{address}/{name}?period=everything")
    (run,) = marts.execute("select run_id from governance.run_manifest").fetchone()
    expect(page.get_by_text(run, exact=True).first).to_be_visible()
    assert complaints(page) == []
    assert figures(page) > 0
    for figure in range(figures(page)):
        table, csv = downloaded(page, figure, tmp_path)
        rows, others = not_in_mart(marts, table, csv)
        assert (rows > 0, others) == (True, 0), (name, table)
    # What is not in the window is not judged.
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size(DESKTOP | {"height": height})
    drawn(page)
    findings = Axe().run(page, AXE).response["violations"]
    assert [
        (found["id"], [node["html"] for node in found["nodes"]])
        for found in findings
        if found["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(page: Page, address: str, name: str) -> None:
    page.set_viewport_size(PHONE)
    assert complaints(shown(page, f"{address}/{name}")) == []


def test_the_scorecard_tells_the_marts_numbers(
    page: Page, address: str, marts: duckdb.DuckDBPyConnection
) -> None:
    shown(page, address)
    cost, resolved, multiplier, savings = marts.execute(
        """
        select cost_per_verified_output_usd, verified_resolution_rate,
            displacement_multiplier, risk_adjusted_savings_usd
        from governance.kpi_scorecard_weekly
        where workflow_id = 'all' and is_final order by week_start desc limit 1
        """
    ).fetchone()
    expect(page.locator("[data-testid=stMetricValue]")).to_have_text(
        [usd(float(cost)), f"{resolved:.1%}", f"{multiplier:.1f}x", usd(float(savings))]
    )


@pytest.mark.parametrize(
    ("label", "choice", "view", "column"),
    [
        ("Workflow", "support-tickets", "cost", "workflow_id"),
        ("Agent", "refund-clerk", "quality", "agent_id"),
        ("Team", "finance-control", "adoption", "team_id"),
    ],
)
def test_a_choice_narrows_the_page_and_stands_in_its_address(
    page: Page, address: str, tmp_path: Path, label: str, choice: str, view: str, column: str
) -> None:
    shown(page, f"{address}/{view}")
    choose(page, label, choice)
    page.wait_for_url(lambda url: choice in url)
    drawn(page)
    sent = page.url
    assert parse_qs(urlsplit(sent).query) == {label.lower(): [choice]}
    # Whoever gets the address sees the same.
    other = page.context.new_page()
    shown(other, sent)
    for looked_at in (page, other):
        _, csv = downloaded(looked_at, 0, tmp_path)
        (chosen,) = duckdb.execute(
            f"select list(distinct {column}) from read_csv('{csv}', header = true)"
        ).fetchone()
        assert chosen == [choice]
    # And keeps it on the next page.
    page.get_by_role("link", name="Governance").click()
    page.wait_for_url(lambda url: "governance" in url)
    assert parse_qs(urlsplit(page.url).query) == {label.lower(): [choice]}


def test_a_period_begins_that_many_weeks_before_the_as_of_date(
    page: Page, address: str, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    shown(page, f"{address}/cost")
    choose(page, "Period", "13 weeks")
    page.wait_for_url(lambda url: "period=13" in url)
    drawn(page)
    _, csv = downloaded(page, 0, tmp_path)
    (first,) = duckdb.execute(f"select min(week_start) from read_csv('{csv}')").fetchone()
    (expected,) = marts.execute(
        """
        select min(week_start) from efficiency.kpi_cost_per_output_weekly, governance.run_manifest
        where week_start >= date_trunc('week', as_of_date - interval 91 day)
        """
    ).fetchone()
    assert first == expected


def test_a_name_that_acts_as_markdown_is_shown_as_it_is(
    page: Page, small_company: Path, tmp_path: Path
) -> None:
    hostile = "![seen](http://example.invalid/x.png) $1$ :red[_alarm_] <b>bold</b>"
    data = copied(small_company, tmp_path)
    with closing(duckdb.connect(str((data / "published" / "marts.duckdb").resolve()))) as copy:
        copy.execute("update governance.kpi_alerts set subject_id = ?", [hostile])
    with serving(data) as address:
        shown(page, address)
        assert page.locator("[data-testid=stMain]").inner_text().count(hostile) > 0


def test_a_publication_shows_while_the_page_is_open(
    page: Page, small_company: Path, tmp_path: Path
) -> None:
    data = copied(small_company, tmp_path)
    link = data / "published" / "marts.duckdb"
    with serving(data) as address:
        shown(page, address)
        following = link.resolve().with_name("marts-next.duckdb")
        shutil.copy(link, following)
        with closing(duckdb.connect(str(following))) as marts:
            marts.execute("update governance.run_manifest set run_id = 'the-next-run'")
            marts.execute(
                "update governance.kpi_scorecard_weekly set cost_per_verified_output_usd = 4321"
            )
        swapped = link.with_name("marts.duckdb.new")
        swapped.symlink_to(following.name)
        swapped.replace(link)
        expect(page.get_by_text("the-next-run", exact=True)).to_be_visible()
        expect(page.locator("[data-testid=stMetricValue]").first).to_have_text(usd(4321))


def test_before_the_first_night_the_page_says_what_to_do(page: Page, tmp_path: Path) -> None:
    with serving(tmp_path) as address:
        shown(page, address)
        expect(page.get_by_role("heading", name="Nothing is published yet")).to_be_visible()
        expect(page.get_by_text("make demo")).to_be_visible()


def copied(data: Path, folder: Path) -> Path:
    """A data folder with a publication of its own, the same as another's."""
    (folder / "published").mkdir()
    source = (data / "published" / "marts.duckdb").resolve()
    shutil.copy(source, folder / "published" / source.name)
    (folder / "published" / "marts.duckdb").symlink_to(source.name)
    return folder
