"""How long a reader waits for a page of the dashboard, by the size of the demo company, and how
long whoever makes the demo waits for its first numbers.

What belongs here: making the demo, opening every page in a browser, and timing both. What does not:
what pages show.

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
    """Seconds the demo took, and each visit of each page, the first of all first."""

    demo: float
    pages: dict[str, list[float]]


def measured(folder: Path, scale: float) -> Waits:
    """Make the demo, and visit every page."""
    begun = time.perf_counter()
    publish(folder, scale)
    demo = time.perf_counter() - begun
    with browsing() as browser, serving(folder) as address, reader(browser, address) as page:
        return Waits(demo, {view: visits(page, f"{address}/{view}") for view in views()})


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
        whole(visited(page, f"{address}/data"))
        yield page


def visits(page: Page, address: str) -> list[float]:
    """Seconds from asking for a page to its last chart; at the first visit nobody had it drawn."""
    seconds = []
    for _ in range(VISITS):
        begun = time.perf_counter()
        whole(visited(page, f"{address}?period=everything"))
        seconds.append(time.perf_counter() - begun)
    return seconds


def visited(page: Page, address: str) -> Page:
    """The tab, with nothing left of the page before."""
    page.goto("about:blank")
    page.goto(address)
    return page


def shown(scale: float, waits: Waits) -> Table:
    """The pages as a table."""
    caption = f"the demo itself: {waits.demo:.0f} s"
    table = Table(title=f"Pages of the demo at scale {scale:g}, seconds", caption=caption)
    table.add_column("page")
    for name in ("first visit", "median of later ones", "worst"):
        table.add_column(name, justify="right")
    for view, (first, *later) in waits.pages.items():
        table.add_row(view, *(f"{s:.2f}" for s in (first, median(later), max(first, *later))))
    return table


def misses(scale: float, waits: Waits) -> list[str]:
    """The bounds that do not hold, a sentence each."""
    said = []
    if scale in DEMO and waits.demo > DEMO[scale]:
        said.append(f"Missed: the demo takes {waits.demo:.0f} s, at most {DEMO[scale]}")
    said += [
        f"Missed: the page {view or '/'} takes {max(seconds):.2f} s, at most {PAGE[scale]}"
        for view, seconds in waits.pages.items()
        if scale in PAGE and max(seconds) > PAGE[scale]
    ]
    return said


if __name__ == "__main__":
    scales = [float(scale) for scale in sys.argv[1:]] or PAGE
    sys.exit(hold(scales, measured, shown, misses))
