"""Where a publication's numbers come from: as-of date, code, lake snapshots, input files.

What belongs here: collecting these. What does not: writing them anywhere (publish.py).
"""

import hashlib
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration import ingest
from orchestration.settings import PROJECT, Settings

CODE = (
    "models",
    "macros",
    "seeds",
    "expectations",
    "orchestration",
    "dbt_project.yml",
    "requirements.lock",
)
CODE_SUFFIXES = {".sql", ".yml", ".csv", ".py", ".lock"}


@dataclass(frozen=True)
class Provenance:
    """What a run manifest says beside its marts.

    snapshots: the lake's snapshot of each feed; None where a feed is empty.
    input_files: what the lake knows of each file: feed, file, sha256, status, rows, ...
    """

    as_of_date: date
    code_version: str
    snapshots: dict[str, int | None]
    input_files: list[dict[str, Any]]


def collect(settings: Settings, feeds: dict[str, Any]) -> Provenance:
    """The provenance of what the warehouse holds now."""
    return Provenance(
        as_of_date=settings.as_of or _complete_to(settings),
        code_version=code_version(),
        snapshots=ingest.snapshots(settings, feeds),
        input_files=ingest.input_files(settings, feeds),
    )


def _complete_to(settings: Settings) -> date:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute("select complete_to from raw.completeness").fetchone()[0]


def code_version(project: Path = PROJECT) -> str:
    """The git commit, or without git the package's version, and a hash of the code as it lies."""
    return f"{_commit(project) or _package_version(project)}+{code_fingerprint(project)}"


def code_fingerprint(project: Path) -> str:
    """Hash of names and content of everything that makes the numbers; twelve hex digits."""
    digest = hashlib.sha256()
    for part in CODE:
        root = project / part
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.suffix in CODE_SUFFIXES and path.is_file():
                digest.update(str(path.relative_to(project)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _commit(project: Path) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def _package_version(project: Path) -> str:
    content = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return content["project"]["version"]
