"""Records of JSON files: one document a file, or one a line.

What belongs here: reading documents, and which record of a key counts. What does not: what a feed's
fields mean.
"""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from tests.oracle.spans import files, lines

Row = dict[str, object]


def documents(path: Path) -> Iterator[dict]:
    """Each JSON object of a file, numbers with a point as decimals."""
    text = "".join(lines(path))
    try:
        yield json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError:
        for line in text.splitlines():
            if line.strip():
                yield json.loads(line, parse_float=Decimal)


def read_records(
    folder: Path,
    rows: Callable[[dict], Iterator[Row]],
    columns: list[str],
    key: list[str],
    event_time: str,
) -> pd.DataFrame:
    """Rows of all documents, of each key the later event, then the later load."""
    frames = []
    for load, path in enumerate(files(folder)):
        found = [row for document in documents(path) for row in rows(document)]
        frame = pd.DataFrame(found, columns=columns, dtype=object)
        frames.append(frame.drop_duplicates(key, keep="last").assign(_load=load))
    if not frames:
        return pd.DataFrame(columns=columns, dtype=object)
    every = pd.concat(frames, ignore_index=True)
    every = every.sort_values([event_time, "_load"], kind="stable")
    return every.drop_duplicates(key, keep="last").drop(columns="_load").reset_index(drop=True)


def text(value: object) -> str | None:
    """A text as it is loaded: nothing for the empty one."""
    return None if value is None or str(value).strip() in ("", "NULL") else str(value).strip()


def utc(value: object) -> pd.Timestamp:
    """Epoch seconds or an ISO text as a time without a zone."""
    if isinstance(value, str):
        time = pd.Timestamp(value)
        return (time.tz_convert(None) if time.tzinfo else time).as_unit("us")
    return pd.Timestamp(int(value), unit="s").as_unit("us")
