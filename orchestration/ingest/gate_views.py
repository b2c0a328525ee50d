"""What is staged, as tables to query: for the landing gate.

What belongs here: one DuckDB file of views. What does not: any expectation (expectations/landing).
"""

from contextlib import closing
from pathlib import Path

from orchestration.ingest import duck
from orchestration.ingest.feeds import Feed
from orchestration.ingest.raw import relation
from orchestration.ingest.staged import Staging
from orchestration.settings import Settings


def staged_views(settings: Settings, feeds: dict[str, Feed], database: Path) -> None:
    """Write a DuckDB file with a view landing.<feed> over what is staged, and landing.files.

    landing.files has one row a new landing file, with its refusal where it was refused. The file
    must not be called landing.duckdb: DuckDB could not tell its schema from its catalog.
    """
    if database.stem == "landing":
        raise ValueError(f"{database}: DuckDB takes the name for the schema's; choose another")
    staging = Staging.load(settings)
    database.parent.mkdir(parents=True, exist_ok=True)
    database.unlink(missing_ok=True)
    with closing(duck.connect(settings, database)) as connection:
        connection.execute("CREATE SCHEMA landing")
        for name, feed in feeds.items():
            staged = [staging.paths(settings, name, batch)[0] for batch in staging.batches(name)]
            files = [path for path in staged if path.exists()]
            connection.execute(f"CREATE VIEW landing.{name} AS {relation(feed.types, files)}")
        connection.execute(
            "CREATE TABLE landing.files (feed VARCHAR, file VARCHAR, rows_read BIGINT, "
            "rows_loaded BIGINT, rows_rejected BIGINT, rows_superseded BIGINT, refusal VARCHAR)"
        )
        rows = [
            (name, f.file, f.rows_read, f.rows_loaded, f.rows_rejected, f.rows_superseded, None)
            for name, files in staging.files.items()
            for f in files
        ]
        rows += [(r.feed, r.file, 0, 0, 0, 0, r.reason) for r in staging.refusals]
        if rows:
            connection.executemany("INSERT INTO landing.files VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
