"""Staging in a process of its own, in a cage: `python -m tests.torture.caged FOLDER FEED...`.

What belongs here: what may be tried without harm to the machine or to other tests. What does not:
what is staged (test_hostile_files.py).
"""

import json
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT
from tests.conftest import environment
from tests.ingest.conftest import House
from tests.torture.test_bad_input import fates, house_of

ADDRESS_SPACE = 8 << 30
FILE_BYTES = 1 << 30
SECONDS = 60


@dataclass(frozen=True)
class Told:
    """What became of each file, and how much memory that took at most, in MB."""

    fates: dict[str, list[Any]]
    peak: int


def stage_in_a_cage(house: House) -> Told:
    """Stage what lies in the landing folder; raise where the cage was too small or too slow."""
    told = subprocess.run(
        [sys.executable, "-m", __name__, str(house.settings.data.parent), *house.feeds],
        cwd=PROJECT,
        env=environment(house.settings.data),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=_limit,
    )
    assert told.returncode == 0, f"exit code {told.returncode}: {told.stderr[-2000:]}"
    return Told(**json.loads(told.stdout))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(folder: str, *names: str) -> None:
    """Stage, and print what became of it."""
    staging = house_of(Path(folder), *names, reject_limit=0.6).stage()
    # What getrusage tells counts in the process that started this one.
    [peak] = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({"fates": fates(staging), "peak": int(peak) >> 10}))


if __name__ == "__main__":
    main(*sys.argv[1:])
