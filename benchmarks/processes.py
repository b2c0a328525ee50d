"""Whole processes measured: how long, how much of the processor, how much memory.

What belongs here: starting one and reading what the system counted. What does not: what it does.
"""

import os
import subprocess
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


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Run a command in the project to its end."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ProcessFailed(
            f"{' '.join(command)} ended with {process.returncode}: {printed[-2000:]}"
        )
    seconds = time.perf_counter() - begun
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def middle(runs: Sequence[Measured]) -> Measured:
    """The median of each."""
    return Measured(
        median(run.seconds for run in runs),
        median(run.cpu for run in runs),
        int(median(run.peak for run in runs)),
    )
