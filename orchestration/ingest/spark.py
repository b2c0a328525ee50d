"""The schema raw of an Apache Spark cluster: what the warehouse's says, of the same files.

What belongs here: telling the cluster which rows of the lake are the feeds'. What does not: which
files and contents those are (raw.py), or what the cluster makes of them (orchestration/spark.py).

Each feed is a table over the folder of its data files, with the declared types, and views that
choose among the files: Spark reads the lake's Parquet where it lies, and no other file.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from shutil import rmtree

from orchestration.ingest.feeds import Feed, feed_days
from orchestration.settings import Spark

# The session's settings, as profiles.yml has them for dbt.
SETTINGS = {
    "set:hiveconf:spark.sql.session.timeZone": "UTC",
    "set:hiveconf:spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}

# Files, and the hashes of the contents in them that count.
Part = tuple[Iterable[str], list[str]]


def statements(
    cluster: Spark,
    feeds: Mapping[str, Feed],
    folders: Mapping[str, Path],
    data_files: Mapping[str, Iterable[str]],
    changes: Mapping[str, Iterable[Part]],
    complete_to: date,
) -> Iterator[str]:
    """What makes the cluster's schema raw say what the lake holds, once it is executed.

    folders: where a feed's data files lie; without one it is empty. data_files: the current ones,
    by path. changes: what was added to and removed from the heavy feeds.
    """
    yield f"create schema if not exists raw location {text(str(cluster.warehouse / 'raw'))}"
    for name, feed in feeds.items():
        files = f"raw.{name}__files"
        columns = ", ".join(f"{_name(column)} {kind}" for column, kind in feed.types.items())
        folder = folders.get(name, cluster.warehouse / "raw" / "nothing")
        yield f"drop table if exists {files}"
        yield f"create table {files} ({columns}) using parquet location {text(str(folder))}"
        yield f"create or replace view raw.{name} as {_rows(files, data_files[name])}"
    for name, parts in changes.items():
        changed = " union all ".join(
            f"{_rows(f'raw.{name}__files', files)} and {_among('_file_sha256', contents)}"
            for files, contents in parts
        )
        yield f"create or replace view raw.{name}__changed as {changed}"
    yield f"create or replace view raw.feed_days as {feed_days(feeds, _name)}"
    yield f"create or replace view raw.completeness as select date'{complete_to}' as complete_to"


def execute(cluster: Spark, statements: Iterable[str]) -> None:
    """Execute statements, one after the other, in a session of the cluster's Thrift server."""
    # Imported late: it comes with the extra `spark`.
    from pyhive import hive

    session = hive.connect(
        cluster.host, port=cluster.port, username="outturn", configuration=SETTINGS
    )
    with closing(session), closing(session.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(cluster: Spark) -> None:
    """Remove all that the cluster made; the next night makes it again."""
    schemas = [folder.name for folder in cluster.warehouse.glob("*")]
    execute(cluster, (f"drop schema if exists {schema} cascade" for schema in schemas))
    rmtree(cluster.warehouse, ignore_errors=True)


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _rows(table: str, files: Iterable[str]) -> str:
    """The rows that lie in these files of the table's folder."""
    names = sorted(Path(file).name for file in files)
    return f"select * from {table} where {_among('_metadata.file_name', names)}"


def _among(column: str, values: Iterable[str]) -> str:
    listed = ", ".join(text(value) for value in values)
    return f"{column} in ({listed})" if listed else "false"


def _name(column: str) -> str:
    return f"`{column}`"
