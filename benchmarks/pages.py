"""How long a reader waits for a page of the dashboard, at two sizes of the demo company, and how
long whoever makes the demo waits for its first numbers.

What belongs here: making the demo, opening every page in a browser, and timing both. What does not:
what pages show.

Run as a program: python -m benchmarks.pages; it fails when a page or the demo takes longer than it
may.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table

from orchestration.settings import PROJECT
from tests.browser import browsing, serving, views, whole
from tests.conftest import environment

# Seconds a page may take, by the demo's scale.
ALLOWED = {1: 2.0, 20: 4.0}
# Seconds `make demo` may take, once everything is installed.
DEMO = 60
VISITS = 5


def main() -> int:
    """Time the demo and every page at both scales; 1 where one is too slow."""
    console = Console()
    slow = False
    for scale, allowed in ALLOWED.items():
        with tempfile.TemporaryDirectory() as folder, browsing() as browser:
            data = Path(folder)
            begun = time.perf_counter()
            publish(data, scale)
            made = time.perf_counter() - begun
            with serving(data) as address, reader(browser, address) as page:
                times = {view: visits(page, f"{address}/{view}") for view in views()}
        slow = slow or (scale == 1 and made > DEMO)
        caption = f"the demo itself: {made:.0f} s" + (f", at most {DEMO}" if scale == 1 else "")
        title = f"Pages at scale {scale}: seconds, at most {allowed:g}"
        table = Table(title=title, caption=caption)
        table.add_column("page")
        for name in ("first visit", "median of later ones", "worst"):
            table.add_column(name, justify="right")
        for view, (first, *later) in times.items():
            worst = max(first, *later)
            slow = slow or worst > allowed
            table.add_row(view, *(f"{s:.2f}" for s in (first, median(later), worst)))
        console.print(table)
    return int(slow)


def publish(data: Path, scale: int) -> None:
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


if __name__ == "__main__":
    sys.exit(main())
