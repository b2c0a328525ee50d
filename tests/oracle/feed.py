"""What a feed of tables is.

What belongs here: how columns, types and keys are written down. What does not: any feed.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Feed:
    """Columns by type (text, time, end, date, number, decimal, flag); which row of a key counts.

    Of two files' rows of a key the later event counts, then one that knows an end (`ends`), then
    the later load; `summed` adds up equal keys of one file instead of taking the last.
    """

    columns: dict[str, str]
    required: tuple[str, ...]
    key: tuple[str, ...] = ()
    event_time: str | None = None
    summed: str | None = None
    ends: tuple[str, ...] = ()


def feed(
    required: str,
    key: str = "",
    event_time: str | None = None,
    /,
    *,
    summed: str | None = None,
    ends: str = "",
    **columns: str,
) -> Feed:
    """A feed from names separated by spaces: what each column type holds."""
    kinds = {name: kind for kind, names in columns.items() for name in names.split()}
    return Feed(
        kinds, tuple(required.split()), tuple(key.split()), event_time, summed, tuple(ends.split())
    )
