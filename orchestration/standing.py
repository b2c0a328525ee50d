"""Whether what is published still stands: then a night has nothing to do.

What belongs here: comparing what a publication was made from with what one would be made from now.
What does not: collecting either (provenance.py, publish.py).
"""

import json
from dataclasses import asdict

from orchestration.provenance import Provenance
from orchestration.publish import published_manifest
from orchestration.run import Run, artifacts
from orchestration.settings import Settings


def stands(settings: Settings, run: Run, provenance: Provenance) -> bool:
    """Whether the marts of this run would be those that are published.

    They are where the same code would make them from the same landing files as of the same day, and
    no night has changed the warehouse since without publishing. Snapshots are not compared: besides
    files only upkeep makes new ones, of the same rows, and whatever changes keys, which removes the
    warehouse.
    """
    manifest = published_manifest(settings)
    if manifest is None:
        return False
    made_from = json.loads(json.dumps(asdict(provenance), default=str))
    del made_from["snapshots"]
    if any(manifest[key] != value for key, value in made_from.items()):
        return False
    later = (f for f in settings.runs.iterdir() if manifest["run_id"] < f.name < run.run_id)
    return not any(artifacts(folder, "staging").exists() for folder in later)
