"""Ingestion of one feed, alone: python -m benchmarks.ingested FEED.

What belongs here: what a night does from landing files to the lake, for one feed of the data
folder. What does not: measuring it (ingest.py).
"""

import sys

from orchestration import dbt, ingest
from orchestration.settings import read_settings


def main(name: str) -> None:
    """Stage, commit and register what landed."""
    settings = read_settings()
    declared = ingest.load_feeds(dbt.prepare_manifest(dbt.dbt_project()))
    feeds = {name: declared[name]}
    ingest.commit(settings, feeds, ingest.stage(settings, feeds))


if __name__ == "__main__":
    main(sys.argv[1])
