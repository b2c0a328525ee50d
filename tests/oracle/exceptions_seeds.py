"""A project whose seeds know the exceptions.

What belongs here: a folder that is the project but for rows added to some seeds. What does not:
landing files.
"""

import shutil
from pathlib import Path

from orchestration.settings import PROJECT
from tests.oracle import exceptions_experiments, exceptions_models

LINKED = ("dbt_project.yml", "profiles.yml", "models", "macros", "tests")
ADDED = {
    "models": exceptions_models.SEED_ROWS,
    "experiments": exceptions_experiments.SEED_ROWS,
}


def link_project(folder: Path) -> None:
    """The project by links, its seeds copied."""
    folder.mkdir(parents=True)
    for name in LINKED:
        (folder / name).symlink_to(PROJECT / name)
    shutil.copytree(PROJECT / "seeds", folder / "seeds")


def write_project(folder: Path) -> None:
    """The project by links, its seeds copied and longer."""
    link_project(folder)
    for name, rows in ADDED.items():
        path = folder / "seeds" / f"{name}.csv"
        text = path.read_text(encoding="utf-8").rstrip("\n")
        path.write_text("\n".join([text, *rows, ""]), encoding="utf-8")
