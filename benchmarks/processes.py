"""Whole processes measured: how long, how much of the processor, how much memory.

What belongs here: starting one and reading what the system counted. What does not: what it does.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from orchestration.settings import PROJECT


@dataclass(frozen=True)
class Measured:
    """What a process cost with all it waited for. cpu: seconds of all cores; peak: bytes."""

    seconds: float
    cpu: float
    peak: int


class ProcessFailed(RuntimeError):
    """A measured process did not end well; the message holds the end of what it printed."""


# A process begins with the largest memory of the one that started it, so a small one starts it.
STARTER = """
import json, resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as told:
    json.dump([code, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024], told)
"""


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Run a command in the project to its end."""
    with tempfile.NamedTemporaryFile() as told:
        begun = time.perf_counter()
        starter = subprocess.run(
            [sys.executable, "-I", "-S", "-c", STARTER, told.name, *command],
            cwd=PROJECT,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        seconds = time.perf_counter() - begun
        code, cpu, peak = json.load(told)
    if code:
        raise ProcessFailed(f"{' '.join(command)} ended with {code}: {starter.stdout[-2000:]}")
    return Measured(seconds, cpu, peak)


def middle(runs: Sequence[Measured]) -> Measured:
    """The median of each."""
    return Measured(
        median(run.seconds for run in runs),
        median(run.cpu for run in runs),
        int(median(run.peak for run in runs)),
    )
