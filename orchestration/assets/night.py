"""The night as Dagster's steps see it: one resource that lives as long as the run.

What belongs here: opening a run, holding its lock, sending its log to its folder. What does not:
any step's work.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration import dbt, ingest, recovery
from orchestration.run import Run, name_run, only_one, open_run
from orchestration.settings import Settings, read_settings

LOG = "night.log"


@dataclass(frozen=True)
class Night:
    """What the steps of one night share.

    manifest: dbt's, read. feeds: the declared feeds, by name.
    fingerprint: of the heavy models, the engine that makes them, and all they depend on.
    """

    settings: Settings
    run: Run
    manifest: dict[str, Any]
    feeds: dict[str, Any]
    fingerprint: str

    @property
    def is_rebuild(self) -> bool:
        """Whether the warehouse never completed with these heavy models: it is built anew then."""
        return dbt.completed_fingerprint(self.settings) != self.fingerprint


@dg.resource(description="The settings, folder and lock of one night.")
def night(context: dg.InitResourceContext) -> Iterator[Night]:
    """Open the run and hold the lock until it ends. Raises NightRunning."""
    settings = read_settings()
    run = run_of(settings, context.instance, context.run.run_id)
    manifest_file = dbt.dbt_project().manifest_path
    with only_one(settings):
        open_run(settings, run)
        manifest = dbt.read_manifest(manifest_file)
        log = logging.FileHandler(run.folder / LOG)
        log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger = logging.getLogger("orchestration")
        logger.setLevel(logging.INFO)
        logger.addHandler(log)
        try:
            recovery.recover(settings)
            yield Night(
                settings=settings,
                run=run,
                manifest=manifest,
                feeds=ingest.load_feeds(manifest_file),
                fingerprint=dbt.fingerprint(settings, manifest),
            )
        finally:
            logger.removeHandler(log)
            log.close()


def run_of(settings: Settings, instance: dg.DagsterInstance, dagster_run_id: str) -> Run:
    """The night's name for a run of Dagster's."""
    record = instance.get_run_record_by_id(dagster_run_id)
    return name_run(settings, record.create_timestamp, dagster_run_id[:8])
