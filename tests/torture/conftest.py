"""What the tests that break the house on purpose share.

What belongs here: how often they try, and the figures they close with. What does not: breaking
anything.

Each of these tests has two sizes: a short one in `make test`, and a heavy one in `make torture`,
which sets OUTTURN_TORTURE.
"""

import os
from collections import Counter
from collections.abc import Callable

import pytest

IS_HEAVY = bool(os.environ.get("OUTTURN_TORTURE"))


def tries(short: int, heavy: int) -> int:
    """How often to try: less in `make test` than in `make torture`."""
    return heavy if IS_HEAVY else short


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str, int, int], None]:
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
