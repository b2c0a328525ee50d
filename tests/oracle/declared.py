"""How an area declares its marts.

What belongs here: the shape of a declaration. What does not: any declaration; each area's module
has its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from tests.oracle.facts import Facts


@dataclass(frozen=True)
class Mart:
    """A mart: what identifies a row, the columns compared, and how the oracle calculates it.

    Columns that rest on an approximated quantile or distribution need to agree less closely.
    """

    grain: tuple[str, ...]
    measures: str
    build: Callable[[Facts], pd.DataFrame]
    approximated: str = ""
