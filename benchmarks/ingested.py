"""Ingestion of one feed, alone: python -m benchmarks.ingested FEED.

What belongs here: what a night does from landing files to the lake, for one feed of the data
folder. What does not: measuring it (ingest.py), or making the manifest that declares the feed.
"""

import os
import sys

from orchestration import ingest
from orchestration.settings import PROJECT, read_settings


def main(name: str) -> None:
    """Stage, commit and register what landed."""
    settings = read_settings()
    target = PROJECT / (os.environ.get("DBT_TARGET_PATH") or "target")
    feeds = {name: ingest.load_feeds(target / "manifest.json")[name]}
    ingest.commit(settings, feeds, ingest.stage(settings, feeds))


if __name__ == "__main__":
    main(sys.argv[1])
