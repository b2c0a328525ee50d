"""The records of the work: items and runs as columns.

What belongs here: the two record types, their codes, joining and choosing rows. What does not:
how they come about (work.py, returns.py).
"""

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from demo.plan import DAY, DAYS

END = DAYS * DAY
OPEN, RESOLVED, ESCALATED, ABANDONED, FAILED = range(5)
STATUSES = ["open", "resolved", "escalated", "abandoned", "failed"]
HUMAN, AGENT, HYBRID = range(3)
HANDLERS = ["human", "agent", "hybrid"]
NEVER = -1


@dataclass
class Items:
    """One entry an item; times are seconds since the first day, NEVER where there is none.

    opened, closed; closed_known: when the closing state was exported; returned: reopened (or
    redone, when the rework item opened); in_window: that happened within the rework window;
    closed_again: after a reopening; status, handled: of the closing state; agent: whose runs
    worked on it, or -1; completed: end to end by the agent; correct: what a review would find;
    caused_by: index of the item it is rework of, or -1; effort: people's minutes on it.
    """

    workflow: np.ndarray
    opened: np.ndarray
    worker: np.ndarray
    team: np.ndarray
    agent: np.ndarray
    status: np.ndarray
    handled: np.ndarray
    closed: np.ndarray
    closed_known: np.ndarray
    completed: np.ndarray
    correct: np.ndarray
    returned: np.ndarray
    in_window: np.ndarray
    redone: np.ndarray
    closed_again: np.ndarray
    caused_by: np.ndarray
    effort: np.ndarray
    value: np.ndarray
    assisted: np.ndarray

    def __len__(self) -> int:
        return len(self.workflow)

    @property
    def is_closed(self) -> np.ndarray:
        """Known to be closed on the last day."""
        return self.closed_known < END


@dataclass
class Runs:
    """One entry a run; start and end in seconds; item -1 for a run without one."""

    agent: np.ndarray
    item: np.ndarray
    team: np.ndarray
    worker: np.ndarray
    start: np.ndarray
    end: np.ndarray
    failed: np.ndarray
    handed_over: np.ndarray
    tokens_factor: np.ndarray

    def __len__(self) -> int:
        return len(self.agent)


Rows = TypeVar("Rows", "Items", "Runs")


def concat(parts: list[Rows]) -> Rows:
    """Join several Items or Runs field by field."""
    kind = type(parts[0])
    names = [field.name for field in fields(kind)]
    return kind(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def subset(rows: Rows, index: np.ndarray) -> Rows:
    """Some rows of Items or Runs, in the order of `index`."""
    return type(rows)(**{f.name: getattr(rows, f.name)[index] for f in fields(rows)})
