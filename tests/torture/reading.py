"""What readers of publications do, each in a process of its own.

What belongs here: opening what is published in the ways BI tools do, and saying which version was
read. What does not: publishing. It imports little, because every reader's process imports it.

Of publication `number`, each table carries the number in all its rows: `number + 1` of them in
`core.dim_small`, three times as many in `quality.kpi_large`.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

TABLES = {"core.dim_small": 1, "quality.kpi_large": 3}
GONE_AFTER = 3
COUNTED = "select count(*), min(number), max(number) from {table}"

Query = Callable[[str], list[tuple]]


class TornVersion(AssertionError):
    """What was read is not wholly of one version."""


def version(query: Query, source: str = "{schema}.{table}") -> int:
    """The version that a query and several queries read. source: how a table is written.

    Raises TornVersion where they are not of one.
    """
    sources = [
        source.format(schema=schema, table=table)
        for schema, table in (name.split(".") for name in TABLES)
    ]
    at_once = query(" union all ".join(COUNTED.format(table=table) for table in sources))
    each = [query(COUNTED.format(table=table))[0] for table in sources]
    number = each[0][1]
    expected = [(times * (number + 1), number, number) for times in TABLES.values()]
    if each != expected or sorted(at_once) != sorted(expected):
        raise TornVersion(f"{at_once} at once, {each} one by one")
    return number


def by_connection(published: Path) -> Iterator[int]:
    """A new connection for each look, and one that is kept from the beginning."""
    link = str(published / "marts.duckdb")
    with closing(duckdb.connect(link, read_only=True)) as kept:
        first = version(lambda sql: kept.execute(sql).fetchall())
        while True:
            with closing(duckdb.connect(link, read_only=True)) as connection:
                number = version(lambda sql: connection.execute(sql).fetchall())
            if version(lambda sql: kept.execute(sql).fetchall()) != first:
                raise TornVersion("a connection that is kept open changed its version")
            yield number


def by_sqlalchemy(published: Path) -> Iterator[int]:
    """As Superset and its like: duckdb-engine, each look with a connection of its own."""
    engine = create_engine(
        f"duckdb:///{published / 'marts.duckdb'}",
        connect_args={"read_only": True},
        poolclass=NullPool,
    )
    while True:
        with engine.connect() as connection:
            yield version(lambda sql: connection.execute(text(sql)).fetchall())


def by_parquet(published: Path) -> Iterator[int]:
    """The Parquet files of the folder that the link names at the time.

    A folder is one version, and is there until GONE_AFTER later ones are published; who needs
    several files of one version resolves the link once. A reader that took longer begins again.
    """
    while True:
        folder = (published / "parquet").resolve()
        try:
            with closing(duckdb.connect()) as connection:
                yield version(
                    lambda sql: connection.execute(sql).fetchall(),
                    f"'{folder}/{{schema}}/{{table}}.parquet'",
                )
        except duckdb.IOException:
            current = (published / "parquet").resolve()
            others = published.glob("parquet-*")
            later = [other for other in others if folder.name < other.name <= current.name]
            if len(later) < GONE_AFTER:
                raise


def read(
    way: Callable[[Path], Iterator[int]],
    published: Path,
    last: int,
    ready: Event,
    said: "Queue[tuple[str, int, str | None]]",
) -> None:
    """Read until the last version is there; say how often, and what was wrong."""
    looks, before = 0, -1
    try:
        for number in way(published):
            looks += 1
            ready.set()
            if number < before:
                raise TornVersion(f"version {number} after {before}")
            if number == last:
                break
            before = number
    except (duckdb.Error, SQLAlchemyError, TornVersion) as error:
        said.put((way.__name__, looks, f"{type(error).__name__}: {error}"))
    else:
        said.put((way.__name__, looks, None))
