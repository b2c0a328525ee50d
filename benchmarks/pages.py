"""How long a reader waits for a page of the dashboard, by the size of the demo company, and how
long whoever makes the demo waits for its first numbers.

What belongs here: making the demo, opening every page in a browser and going to it from another,
and timing all. What does not: what pages show.

Run as a program: python -m benchmarks.pages SCALES..., of the demo company; it fails when a page or
the demo takes longer than it may.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page
from rich.table import Table

from benchmarks.bounds import hold
from orchestration.settings import PROJECT
from tests.browser import browsing, serving, views, whole
from tests.conftest import environment

# Seconds a page may take, and `make demo` once everything is installed, by the demo's scale.
PAGE, DEMO = {1: 2, 20: 4}, {1: 60}
VISITS = 5


@dataclass(frozen=True)
class Waits:
    """Seconds the demo took, and each visit of each page: opened by its address, the first of all
    first, and gone to from another page of the dashboard.
    """

    demo: float
    opened: dict[str, list[float]]
    gone_to: dict[str, list[float]]


def measured(folder: Path, scale: float) -> Waits:
    """Make the demo, and visit every page."""
    begun = time.perf_counter()
    publish(folder, scale)
    demo = time.perf_counter() - begun
    with browsing() as browser, serving(folder) as address, reader(browser, address) as page:
        return Waits(
            demo,
            {view: opened(page, f"{address}/{view}") for view in views()},
            {view: gone_to(page, address, view) for view in views()},
        )


def publish(data: Path, scale: float) -> None:
    """The demo company and one night."""
    for arguments in (
        ["demo", "--data", str(data), "--scale", str(scale)],
        ["orchestration.nightly"],
    ):
        subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=PROJECT,
            env=environment(data),
            check=True,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def reader(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody's tab, when the dashboard was opened in it before: the server has begun, and the
    browser has the scripts that all pages share."""
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{address}/data")
        whole(page)
        yield page


def opened(page: Page, address: str) -> list[float]:
    """Seconds from an address to the page's last chart; at the first visit nobody had it drawn."""
    seconds = []
    for _ in range(VISITS):
        page.goto("about:blank")
        begun = time.perf_counter()
        page.goto(f"{address}?period=everything")
        whole(page)
        seconds.append(time.perf_counter() - begun)
    return seconds


def gone_to(page: Page, address: str, view: str) -> list[float]:
    """Seconds from a click in the list of pages to the page's last chart."""
    elsewhere = "data" if view != "data" else "governance"
    page.goto(f"{address}/{elsewhere}?period=everything")
    whole(page)
    seconds = []
    for _ in range(VISITS):
        begun = time.perf_counter()
        go(page, view)
        seconds.append(time.perf_counter() - begun)
        go(page, elsewhere)
    return seconds


def go(page: Page, view: str) -> None:
    """Choose another page of the dashboard."""
    link = page.get_by_test_id("stSidebarNavLink").and_(page.locator(f"[href$='/{view}']"))
    title = link.inner_text()
    link.click()
    page.get_by_role("heading", level=1, name=title, exact=True).wait_for()
    whole(page)


def shown(scale: float, waits: Waits) -> Table:
    """The pages as a table."""
    caption = f"the demo itself: {waits.demo:.0f} s"
    table = Table(title=f"Pages of the demo at scale {scale:g}, seconds", caption=caption)
    table.add_column("page")
    for name in ("first opened", "opened again", "gone to", "worst"):
        table.add_column(name, justify="right")
    for view, (first, *later) in waits.opened.items():
        gone = waits.gone_to[view]
        told = first, median(later), median(gone), max(first, *later, *gone)
        table.add_row(view, *(f"{seconds:.2f}" for seconds in told))
    return table


def misses(scale: float, waits: Waits) -> list[str]:
    """The bounds that do not hold, a sentence each."""
    said = []
    if scale in DEMO and waits.demo > DEMO[scale]:
        said.append(f"Missed: the demo takes {waits.demo:.0f} s, at most {DEMO[scale]}")
    said += [
        f"Missed: the page {view or '/'} takes {max(seconds):.2f} s {how}, at most {PAGE[scale]}"
        for how, pages in (("opened", waits.opened), ("gone to", waits.gone_to))
        for view, seconds in pages.items()
        if scale in PAGE and max(seconds) > PAGE[scale]
    ]
    return said


if __name__ == "__main__":
    scales = [float(scale) for scale in sys.argv[1:]] or PAGE
    sys.exit(hold(scales, measured, shown, misses))
