"""What a night finds of one that died, and how it begins well all the same.

What belongs here: what no step clears when it begins. What does not: the staging
(ingest/staging.py) and half-made publications (publish.py), which the next of their kind clear.
"""

import logging
from contextlib import suppress
from shutil import rmtree

import duckdb

from orchestration import reproduce
from orchestration.run import NightRunning
from orchestration.settings import Settings

LOCKED = "Could not set lock"
logger = logging.getLogger(__name__)


def recover(settings: Settings) -> None:
    """Clear what the dead left; to be called under the night's lock.

    A warehouse that cannot be opened is removed, for the lake and the models make it anew. Raises
    NightRunning where somebody else has it open.
    """
    with suppress(NightRunning), reproduce.scratch_folder(settings):
        pass
    spilled, log = (settings.warehouse.with_suffix(f".duckdb.{end}") for end in ("tmp", "wal"))
    try:
        duckdb.connect(str(settings.warehouse)).close()
    except duckdb.Error as error:
        if LOCKED in str(error):
            raise NightRunning(
                f"another program has {settings.warehouse} open; close it, then start again"
            ) from None
        logger.warning("the warehouse cannot be opened and is made anew: %s", error)
        settings.warehouse.unlink()
        log.unlink(missing_ok=True)
    if spilled.exists():
        rmtree(spilled)
