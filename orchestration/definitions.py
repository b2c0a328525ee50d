"""Assembly of the Dagster graph, and nothing else.

staged → landing gate → raw → staging → staging gate → marts → marts gate → published
"""

import dagster as dg

from orchestration import dbt, ingest
from orchestration.assets.gates import gate
from orchestration.assets.ingestion import ingestion_assets
from orchestration.assets.models import model_assets
from orchestration.assets.night import night
from orchestration.assets.published import published_asset
from orchestration.gates import STAGES
from orchestration.publish import SCHEMAS
from orchestration.schedules import nightly_schedule
from orchestration.sensors import failed_run, landing_sensor

NIGHTLY = "nightly"


def build_definitions() -> dg.Definitions:
    """The whole graph, from the dbt manifest, which is made first where it is missing or old."""
    project = dbt.dbt_project()
    manifest_file = dbt.prepare_manifest(project)
    manifest = dbt.read_manifest(manifest_file)
    raw_tables = [
        source["name"] for source in manifest["sources"].values() if source["source_name"] == "raw"
    ]
    models = model_assets(project)
    marts = [key for asset in models for key in asset.keys if key.path[0] in SCHEMAS]
    return dg.Definitions(
        assets=[
            *ingestion_assets(ingest.load_feeds(manifest_file), raw_tables),
            *models,
            published_asset(sorted(marts)),
        ],
        asset_checks=[gate(stage) for stage in STAGES],
        jobs=[dg.define_asset_job(NIGHTLY, selection=dg.AssetSelection.all())],
        schedules=[nightly_schedule(NIGHTLY)],
        sensors=[landing_sensor(NIGHTLY), failed_run],
        resources={"night": night, "dbt": dbt.dbt_resource(project)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` and the nightly job load."""
    return build_definitions()
