"""The last step: what readers see.

What belongs here: the asset `published` and what completes with it. What does not: how files are
written and swapped (orchestration/publish.py).
"""

from collections.abc import Sequence

import dagster as dg

from orchestration import alerts, dbt, decisions, ingest, provenance, publish
from orchestration.assets.night import Night


def published_asset(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The publication of these marts; it waits for them and for their gates."""

    @dg.asset(
        name="published",
        group_name="published",
        deps=marts,
        description="marts.duckdb and its Parquet, swapped in one step.",
        kinds={"duckdb", "parquet"},
    )
    def published(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        ingest.complete(night.settings, night.feeds)
        dbt.remember_fingerprint(night.settings, night.fingerprint)
        publication = publish.publish(
            night.settings,
            night.run,
            provenance.collect(night.settings, night.feeds),
            publish.comments_of(night.manifest),
            decisions.append_decisions(night.settings, night.run),
        )
        alerts.send(night.settings, alerts.kpi_breaches(publication.path))
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(publication.path),
                "marts": len(publication.marts),
                "rows": sum(mart.rows for mart in publication.marts.values()),
            }
        )

    return published
