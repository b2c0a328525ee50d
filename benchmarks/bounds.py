"""Costs of several sizes against what they may be.

What belongs here: measuring each size in a folder of its own, and telling what came out. What does
not: what is measured, or what it may cost.
"""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

Costs = TypeVar("Costs")


def hold(
    sizes: Iterable[float],
    measured: Callable[[Path, float], Costs],
    shown: Callable[[float, Costs], Table],
    misses: Callable[[float, Costs], Iterable[str]],
) -> int:
    """Measure and show each size; 1 where a bound is missed.

    misses: a sentence for each bound that does not hold.
    """
    console, missed = Console(), 0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            costs = measured(Path(folder), size)
        console.print(shown(size, costs))
        for miss in misses(size, costs):
            console.print(miss)
            missed = 1
    return missed
