"""Fixtures every folder of tests may use.

What belongs here: a data folder and an environment of one's own, a receiver of alerts, one small
company with one night behind it, the figures that tests close with. What does not: anything only
one folder needs.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import pytest
from filelock import FileLock

from orchestration.settings import PROJECT, Settings, read_settings
from tests.receiver import Receiver, receiving

# Notes how many of what were tried and how many survived.
Figure = Callable[[str, int, int], None]
SMALL = "0.05"
# What the developer set, and what `make test` tells the makes that tests start.
CALLERS = {"DAGSTER_HOME", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
# Nothing a test runs may depend on what the developer has set, or report to anybody.
QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "yes",
    "GX_ANALYTICS_ENABLED": "false",
}


def environment(data: Path) -> dict[str, str]:
    """The environment of a process that works in a data folder of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OUTTURN_") and name not in CALLERS
    }
    return kept | QUIET | {"OUTTURN_DATA": str(data)}


def run_python(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m ...` in the project over a data folder."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=PROJECT,
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Night:
    """How a night ended: its exit code, and what it printed."""

    code: int
    output: str


def run_night(data: Path, **variables: str) -> Night:
    """What `make nightly` runs, in this process: Dagster and its like are imported once only."""
    from orchestration import nightly

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as printed:
        set_environment(patch, data)
        for name, value in variables.items():
            patch.setenv(name, value)
        code = nightly.main()
    return Night(code, printed.getvalue())


def set_environment(patch: pytest.MonkeyPatch, data: Path) -> None:
    """Let this process, and those it starts, work in a data folder of its own."""
    wanted = environment(data)
    for name in set(os.environ) - set(wanted):
        patch.delenv(name)
    for name, value in wanted.items():
        patch.setenv(name, value)


def settle(data: Path) -> None:
    """Let the landing files look settled: nights leave alone what changed a moment ago."""
    then = time.time() - 60
    for file in (data / "landing").rglob("*"):
        os.utime(file, (then, then))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings over an empty data folder, in this process and those it starts."""
    set_environment(monkeypatch, tmp_path / "data")
    settings = read_settings()
    settings.landing.mkdir(parents=True)
    return settings


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of alerts that listens on this machine."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def reachable(settings: Settings, receiver: Receiver) -> Settings:
    """Settings of which alerts go to the receiver."""
    return replace(settings, webhook_url=receiver.url)


@pytest.fixture(scope="module")
def kept_environment() -> Iterator[None]:
    """Whatever is set in the environment meanwhile, it is at the end what it was."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demo company at a small scale, after one night.

    Only read it: the lake knows its files by absolute path, so that a copy would share them.
    """
    # Of the processes that share the tests, the first that asks makes it for all.
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data, made = shared / "small_company", shared / "small_company.made"
    with FileLock(shared / "small_company.lock"):
        if not made.exists():
            written = run_python(data, "demo", "--data", str(data), "--scale", SMALL)
            assert written.returncode == 0, written.stderr
            settle(data)
            night = run_night(data)
            assert night.code == 0, night.output
            made.touch()
    return data


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Note how many were tried and how many survived: before the assertion, which may fail."""

    def note(what: str, tried: int, survived: int) -> None:
        record_property("figure", (what, tried, survived))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with the figures that tests noted, those of one name added up."""
    figures = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in getattr(report, "user_properties", [])
        if name == "figure"
    ]
    tried, survived = Counter(), Counter()
    for what, of, left in figures:
        tried[what] += of
        survived[what] += left
    if tried:
        terminalreporter.section("tried and survived")
        for what in sorted(tried):
            terminalreporter.line(f"{survived[what]:>10,} of {tried[what]:>10,}  {what}")
