"""dbt as nights start it: `python -m orchestration.dbt_process ...` is `dbt ...`.

What belongs here: making dbt end when whoever started it does, and one parse serve every data
folder. What does not: which commands run (assets/models.py, reproduce.py).

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


def parse_for_every_folder() -> None:
    """Let dbt take a parsed project from another data folder, or memory limit, as it is.

    dbt parses anew when the connection changed, since a model may read it while it is parsed. Ours
    read no more of it than these two, and parsing takes longer than a small night's models.
    """
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    DuckDBCredentials._connection_keys = lambda self: ("database", "schema")


if __name__ == "__main__":
    with ending_with_reader(sys.stdout.fileno()):
        # Imported late: it takes seconds, in which the night may die as well.
        from dbt.cli.main import cli

        parse_for_every_folder()
        cli(prog_name="dbt")
