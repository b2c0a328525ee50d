"""From landing files to the raw tables: `staged/<feed>` and `raw/<feed>`.

What belongs here: the assets made of the declared feeds. What does not: how files are read and
committed (orchestration/ingest).
"""

import logging
from collections.abc import Iterable, Iterator

import dagster as dg

from orchestration import alerts, ingest, provenance, standing
from orchestration.assets.night import Night

logger = logging.getLogger(__name__)

FILES = "files"


def ingestion_assets(feeds: Iterable[str], raw_tables: Iterable[str]) -> list[dg.AssetsDefinition]:
    """The two steps of ingestion over all feeds.

    raw_tables: the tables of the source `raw`: the feeds, and what ingestion says of its own work.
    Where what is published stands, `raw` yields nothing, and Dagster skips all that follows.
    """
    staged_names = [*sorted(feeds), FILES]
    staged_keys = {name: dg.AssetKey(["staged", name]) for name in staged_names}
    raw_keys = {name: dg.AssetKey(["raw", name]) for name in sorted(raw_tables)}

    @dg.multi_asset(
        name="staged",
        group_name="landing",
        specs=[
            dg.AssetSpec(
                key,
                description="New landing files, typed and pseudonymised; nothing durable yet."
                if name != FILES
                else "What staging says of each new landing file.",
                kinds={"duckdb", "parquet"},
            )
            for name, key in staged_keys.items()
        ],
    )
    def staged(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult]:
        staging = ingest.stage(night.settings, night.feeds)
        ingest.staged_views(night.settings, night.feeds, night.run.landing)
        for name, key in staged_keys.items():
            files = staging.files.get(name, [])
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "files": len(files),
                    "rows_loaded": sum(file.rows_loaded for file in files),
                    "rows_rejected": sum(file.rows_rejected for file in files),
                },
            )

    @dg.multi_asset(
        name="raw",
        group_name="lake",
        specs=[
            dg.AssetSpec(
                key,
                deps=[staged_keys[other] for other in {name, FILES} & staged_keys.keys()],
                kinds={"iceberg"},
                skippable=True,
            )
            for name, key in raw_keys.items()
        ],
    )
    def raw(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult]:
        is_rebuild = night.is_rebuild
        if is_rebuild:
            logger.info("the heavy models are new or changed: all that they read counts as changed")
            ingest.reset(night.settings)
        ingest.commit(night.settings, night.feeds, ingest.read_staging(night.settings))
        if not is_rebuild and standing.stands(
            night.settings, night.run, provenance.collect(night.settings, night.feeds)
        ):
            logger.info("nothing is new: what is published stands")
            alerts.send(night.settings, [])
            return
        for key in raw_keys.values():
            yield dg.MaterializeResult(asset_key=key)

    return [staged, raw]
