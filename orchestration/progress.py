"""A night's progress on a terminal. What does not belong here: what the steps mean to do."""

from types import TracebackType
from typing import Self

import dagster as dg
from rich import progress
from rich.console import Console

STEPS = {
    "staged": "read landing files",
    "landing_gate": "gate: landing",
    "raw": "commit to the lake",
    "staging": "build staging",
    "staging_gate": "gate: staging",
    "marts": "build marts",
    "marts_gate": "gate: marts",
    "published": "publish",
}


class Progress:
    """One line a step: what it does, how much of it, for how long."""

    def __init__(self, console: Console) -> None:
        self._lines = progress.Progress(
            progress.SpinnerColumn(finished_text=" "),
            progress.TextColumn("{task.description:<20}"),
            progress.TimeElapsedColumn(),
            progress.TextColumn("{task.fields[state]}"),
            console=console,
        )
        self._tasks: dict[str, progress.TaskID] = {}
        self._made: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._lines.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lines.stop()

    def on_event(self, entry: dg.EventLogEntry) -> None:
        """Take note of what happens in the run."""
        event, step = entry.dagster_event, entry.step_key
        if event is None or step not in STEPS:
            return
        if event.event_type == dg.DagsterEventType.STEP_START:
            self._tasks[step] = self._lines.add_task(STEPS[step], total=1, state="")
        elif step not in self._tasks:
            return
        elif event.event_type in (
            dg.DagsterEventType.ASSET_MATERIALIZATION,
            dg.DagsterEventType.ASSET_CHECK_EVALUATION,
        ):
            self._made[step] = self._made.get(step, 0) + 1
            self._lines.update(self._tasks[step], state=f"{self._made[step]} done")
        elif event.event_type == dg.DagsterEventType.STEP_SUCCESS:
            self._lines.update(self._tasks[step], completed=1)
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
            self._lines.update(self._tasks[step], completed=1, state="failed")
