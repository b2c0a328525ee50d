"""What a night adds to the warehouse equals what a warehouse made from nothing holds.

One company lives through the changes one after the other; after each, every mart has the content
hash of a full rebuild, and the change is seen to have reached the marts.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from demo import company as demo
from orchestration import ingest
from tests.nights.company import Company

# The demo's files come daily from 2026-06-15 on: one file a day of each feed.
LAST = date(2026, 6, 20)


def _copy_new(source: Path, company: Company) -> int:
    """Land the files of another landing folder that this one lacks."""
    landed = 0
    for file in sorted((source / "landing").rglob("*.*")):
        target = company.data / "landing" / file.relative_to(source / "landing")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
            demo_time = file.stat().st_mtime - 60
            __import__("os").utime(target, (demo_time, demo_time))
            landed += 1
    return landed
