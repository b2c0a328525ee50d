"""A browser that looks at a dashboard: Debian's Chromium, driven by Playwright.

What belongs here: serving a data folder's publication and opening its pages. What does not: what a
page should show.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tenacity import retry, stop_after_delay, wait_fixed

from orchestration.settings import PROJECT
from tests.conftest import environment

CHROMIUM = shutil.which("chromium")
# Without these it asks its maker for news, on every start.
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DONE = "[data-testid=stApp][data-test-script-state=notRunning]"
# What the frame writes last: the legend of events, or that nothing is published.
WHOLE = "text=/^On series:|Nothing is published yet/"
JUNK = re.compile(r"\b(nan|NaN|NaT|None|null|undefined|inf)\b")


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser; the test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not on the PATH: pages cannot be looked at")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + sandbox)
        yield browser
        browser.close()


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """The address of a dashboard over what is published in a data folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboards/app.py"]
    with (
        TemporaryFile() as log,
        subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=PROJECT,
            env=environment(data),
            stdout=log,
            stderr=log,
        ) as server,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            _until_healthy(address)
            yield address
        finally:
            server.terminate()


@retry(stop=stop_after_delay(60), wait=wait_fixed(0.1), reraise=True)
def _until_healthy(address: str) -> None:
    httpx.get(f"{address}/_stcore/health").raise_for_status()


def views() -> list[str]:
    """The dashboard's pages, by the path of their address; the first one's is empty."""
    names = sorted(view.stem for view in (PROJECT / "dashboards" / "views").glob("*.py"))
    return ["" if name == "scorecard" else name for name in names]


def shown(page: Page, address: str) -> Page:
    """A page of the dashboard, once everything on it is drawn."""
    page.goto(address)
    drawn(page)
    return page


def whole(page: Page) -> None:
    """Wait until the page's script has run and its charts are drawn."""
    page.wait_for_selector(WHOLE, state="attached")
    page.wait_for_selector(DONE)
    page.wait_for_function(
        "[...document.querySelectorAll('[data-testid=stVegaLiteChart]')]"
        ".every(chart => chart.querySelector('canvas, svg'))"
        " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
    )


def drawn(page: Page) -> None:
    """Wait until the page is whole and nothing on it has come or gone for half a second."""
    whole(page)
    page.wait_for_function(
        """() => {
            const held = document.querySelectorAll('[data-testid=stElementContainer]').length;
            if (window.held !== held) [window.held, window.since] = [held, performance.now()];
            return performance.now() - window.since > 500;
        }"""
    )
    whole(page)


def complaints(page: Page) -> list[str]:
    """What no reader may see: a failure, an unknown number's inner name, text that is cut off."""
    failures = page.locator("[data-testid=stException]").all_inner_texts()
    text = page.locator("[data-testid=stMain]").inner_text()
    heads = "h1, h2, h3, [data-testid=stMetricValue], [data-testid=stMetricLabel]"
    cut = page.evaluate(
        "heads => [...document.querySelectorAll(heads)]"
        ".filter(head => head.scrollWidth > head.clientWidth + 1).map(head => head.innerText)",
        heads,
    )
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [
        *failures,
        *(f"shows {junk!r}" for junk in sorted(set(JUNK.findall(text)))),
        *(f"cuts off {words!r}" for words in cut),
        *([f"is {wide} pixels wider than the window"] if wide > 0 else []),
    ]
