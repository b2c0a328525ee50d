"""Facts of a few feeds, written down in a test.

What belongs here: making the facts of a few feeds and seeds, finding a row, comparing it. What
does not: numbers.
"""

from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.facts import Facts
from tests.oracle.landing import read_landing, read_seeds


def small_facts(
    folder: Path, as_of: str, seeds: dict[str, str], feeds: dict[str, str], **frames: pd.DataFrame
) -> Facts:
    """Facts with these seeds and feeds (CSV text by name); whatever else is empty."""
    for name, text in seeds.items():
        (folder / f"{name}.csv").write_text(text)
    for name, text in feeds.items():
        (folder / "landing" / name).mkdir(parents=True)
        (folder / "landing" / name / "a.csv").write_text(text)
    given = {
        "as_of": pd.Timestamp(as_of),
        "seeds": read_seeds(folder),
        "landing": read_landing(folder / "landing"),
        **frames,
    }
    return Facts(**{field.name: given.get(field.name, pd.DataFrame()) for field in fields(Facts)})


def row(frame: pd.DataFrame, **keys: str) -> pd.Series:
    """The one row with these keys; *_start and *_date are days."""
    for column, value in keys.items():
        wanted = pd.Timestamp(value) if column.endswith(("_start", "_date")) else value
        frame = frame[frame[column] == wanted]
    assert len(frame) == 1, (keys, len(frame))
    return frame.iloc[0]


def check(found: pd.Series, **expected: float) -> None:
    """Values to twelve digits; nan says null."""
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12, nan_ok=True), name
