"""dbt that ends with its night: `python -m orchestration.dbt_process ...` is `dbt ...`.

What belongs here: making dbt end when whoever started it does. What does not: which commands run
(assets/models.py, reproduce.py).

A night that is killed cannot stop its dbt, which would go on writing and keep the warehouse locked.
But dbt's output is a pipe that only the night reads, and the system tells when a pipe has lost its
last reader.
"""

import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

LOOK_SECONDS = 0.1


@contextmanager
def ending_with_reader(descriptor: int) -> Iterator[None]:
    """Kill this process as soon as nobody can read the pipe any more.

    descriptor: the end of the pipe that this process writes to.
    """
    pipe = select.poll()
    pipe.register(descriptor, 0)
    over = Event()

    def watch() -> None:
        while not over.wait(LOOK_SECONDS):
            if pipe.poll(0):
                os.kill(os.getpid(), signal.SIGKILL)

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


if __name__ == "__main__":
    with ending_with_reader(sys.stdout.fileno()):
        # Imported late: it takes seconds, in which the night may die as well.
        from dbt.cli.main import cli

        cli(prog_name="dbt")
