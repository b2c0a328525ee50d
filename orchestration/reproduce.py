"""The marts of an earlier run, made again: `python -m orchestration.reproduce RUN`.

What belongs here: rebuilding a run from its manifest beside the data, and comparing. What does not:
anything that changes the lake, the warehouse or what is published.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import duckdb

from orchestration import dbt, ingest
from orchestration.as_published import as_published
from orchestration.content_hash import content_hash
from orchestration.provenance import code_version
from orchestration.publish import manifest_of
from orchestration.run import NightRunning, alone
from orchestration.settings import Settings, SettingsError, read_settings


class ReproductionError(RuntimeError):
    """A run cannot be made again; the message says why and what is left to do."""


def reproduce(settings: Settings, manifest: dict[str, Any]) -> dict[str, str]:
    """Make a run's marts again; return what differs: by mart, what is wrong with it.

    manifest: what the run left in published/. Raises LakeError where one of its inputs is gone, and
    ReproductionError where its models do not build.
    """
    feeds = ingest.load_feeds(dbt.prepare_manifest(dbt.dbt_project()))
    as_of = date.fromisoformat(manifest["as_of_date"])
    with scratch_folder(settings) as folder:
        scratch = replace(settings, data=folder, as_of=as_of)
        ingest.register_again(
            settings,
            scratch.warehouse,
            feeds,
            manifest["snapshots"],
            manifest["input_files"],
            as_of,
        )
        _build(scratch)
        with duckdb.connect(str(scratch.warehouse), read_only=True) as connection:
            return {
                name: wrong
                for name, expected in manifest["marts"].items()
                if (wrong := _difference(connection, name, expected))
            }


@contextmanager
def scratch_folder(settings: Settings) -> Iterator[Path]:
    """An empty folder, gone at the end: one, so that what a killed reproduction left goes too.

    Raises NightRunning where another reproduction is at work.
    """
    folder = settings.data / ".reproduce"
    with alone(folder.with_suffix(".lock"), f"another reproduction in {settings.data}"):
        rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            rmtree(folder)


def _build(scratch: Settings) -> None:
    # In a process of its own: one that used a warehouse keeps it open.
    os.environ["OUTTURN_DATA"] = str(scratch.data)
    os.environ["OUTTURN_AS_OF"] = str(scratch.as_of)
    arguments = [
        "build",
        "--target",
        "duckdb",
        "--quiet",
        "--full-refresh",
        "--exclude-resource-type",
        "test",
        "unit_test",
    ]
    made = dbt.dbt_resource(dbt.dbt_project()).cli(
        arguments, target_path=scratch.data / "target", raise_on_error=False
    )
    if not made.wait().is_successful():
        raise ReproductionError(f"its models do not build with this code: {made.get_error()}")


def _difference(
    connection: duckdb.DuckDBPyConnection, name: str, expected: dict[str, Any]
) -> str | None:
    schema, table = name.split(".")
    try:
        made = as_published(connection, f'{schema}."{table}"')
        connection.execute(f"create or replace temp view made as {made}")
        got = content_hash(connection, "made")
    except duckdb.CatalogException:
        return "this code does not make it"
    return None if got == expected["content_hash"] else f"content hash {got[:12]}, not the run's"


def main(arguments: list[str] | None = None) -> int:
    """0 when every mart came out as it was, 1 when one did not or the run cannot be made again."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.reproduce", description=__doc__)
    parser.add_argument("run", help="a run id, as governance.run_manifest has it")
    run_id = parser.parse_args(arguments).run
    try:
        settings = read_settings()
        manifest = _manifest(settings, run_id)
        if manifest["code_version"] != code_version():
            print(f"The run was made by code {manifest['code_version']}, this is {code_version()}.")
        different = reproduce(settings, manifest)
    except (SettingsError, NightRunning, ingest.LakeError, ReproductionError) as error:
        print(f"Run {run_id} cannot be made again: {error}", file=sys.stderr)
        return 1
    for name, wrong in different.items():
        print(f"  {name}: {wrong}")
    same = len(manifest["marts"]) - len(different)
    print(f"{same} of {len(manifest['marts'])} marts of run {run_id} came out as they were.")
    return 1 if different else 0


def _manifest(settings: Settings, run_id: str) -> dict[str, Any]:
    manifest = manifest_of(settings, run_id)
    if manifest is None:
        kept = sorted(p.stem.partition("-")[2] for p in settings.published.glob("manifest-*.json"))
        raise ReproductionError(f"its manifest is not kept; there are {', '.join(kept) or 'none'}")
    return manifest


if __name__ == "__main__":
    sys.exit(main())
