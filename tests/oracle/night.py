"""Short nights: landing folders through ingestion and dbt, without gates and publishing.

What belongs here: building many small warehouses in one process, because importing and parsing
dbt costs more than building one. What does not: expectations, publishing, schedules: tests/ops
covers a whole night.

Run as a program, because a process that used a warehouse keeps it locked:
python -m tests.oracle.night WORKSPACE DATA_FOLDER... [+MODEL...]
Without models, as dbt selects them, all are built. A workspace with a project/ has it built, with
its seeds, instead of this one.
"""

import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from orchestration.ingest import commit, load_feeds, stage
from orchestration.settings import PROJECT, read_settings


def _dbt(workspace: Path, manifest: Manifest | None, *arguments: str) -> dbtRunnerResult:
    common = ["--target-path", str(workspace / "target"), "--log-path", str(workspace / "logs")]
    project = workspace / "project" if (workspace / "project").exists() else PROJECT
    common += ["--project-dir", str(project), "--profiles-dir", str(PROJECT), "--quiet"]
    result = dbtRunner(manifest=manifest).invoke([*arguments, *common])
    if not result.success:
        nodes = getattr(result.result, "results", None) or []
        failed = [f"{node.node.name}: {node.message}" for node in nodes if node.status != "success"]
        sys.exit("\n".join(failed) or str(result.exception))
    return result


def main(workspace: Path, folders: list[Path], select: list[str]) -> None:
    """Build the warehouse of each folder that has a landing/. select: no models means all."""
    os.environ["OUTTURN_DATA"] = str(workspace)
    os.environ.pop("OUTTURN_AS_OF", None)
    manifest = _dbt(workspace, None, "parse").result
    feeds = load_feeds(workspace / "target" / "manifest.json")
    for folder in folders:
        os.environ["OUTTURN_DATA"] = str(folder)
        settings = read_settings()
        commit(settings, feeds, stage(settings, feeds))
        chosen = ["--select", *select] if select else []
        _dbt(workspace, manifest, "build", "--exclude-resource-type", "test", "unit_test", *chosen)


if __name__ == "__main__":
    models = [argument for argument in sys.argv[2:] if argument.startswith("+")]
    main(Path(sys.argv[1]), [Path(f) for f in sys.argv[2:] if f not in models], models)
