"""What a staging is: files read, files refused, names that changed; and its place on disk.

What belongs here: the data one step hands to the next, also across processes. What does not: how it
comes about (staging.py) or what is done with it (commits.py).
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path

from orchestration.settings import Settings
from orchestration.whole import write_whole


@dataclass(frozen=True)
class StagedFile:
    """One landing file whose rows are staged.

    rows_read = rows_loaded + rows_rejected; rows_superseded are those of the loaded ones that
    another row of the same key in the file replaced or took over.
    """

    batch: str
    file: str
    sha256: str
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rows_superseded: int
    newest: date | None
    undeclared: dict[str, int]


@dataclass(frozen=True)
class Refusal:
    """One landing file that cannot be loaded, and why, in one sentence."""

    feed: str
    file: str
    sha256: str
    reason: str


@dataclass
class Staging:
    """One night's staging.

    at: when (UTC); every staged row carries it as _loaded_at.
    basis: the version of each feed's table that it was compared with.
    files, duplicates: by feed; duplicates are (file, sha256) of names that brought known content.
    settled: by feed, names that were refused and now bring content that is known or kept out.
    waiting: files that are still being written.
    """

    id: str
    at: datetime
    basis: dict[str, str]
    files: dict[str, list[StagedFile]] = field(default_factory=dict)
    duplicates: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    settled: dict[str, list[str]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def batches(self, feed: str) -> list[str]:
        """The batches of a feed's files, each once."""
        return list(dict.fromkeys(staged.batch for staged in self.files.get(feed, [])))

    @staticmethod
    def paths(settings: Settings, feed: str, batch: str) -> tuple[Path, Path]:
        """Where a batch's rows and rejects are staged; either may not exist."""
        folder = settings.staged / feed
        return folder / f"{batch}.parquet", folder / f"{batch}.rejects.parquet"

    @staticmethod
    def path(settings: Settings) -> Path:
        return settings.staged / "staging.json"

    def save(self, settings: Settings) -> None:
        """Write it beside the staged files, so that another process can commit it."""
        write_whole(self.path(settings), json.dumps(asdict(self), default=str, indent=1))

    @classmethod
    def load(cls, settings: Settings) -> "Staging":
        """The staging that `save` wrote."""
        content = json.loads(cls.path(settings).read_text())
        files = {
            feed: [StagedFile(**staged | {"newest": _date(staged["newest"])}) for staged in files]
            for feed, files in content["files"].items()
        }
        duplicates = {
            feed: [(file, sha256) for file, sha256 in names]
            for feed, names in content["duplicates"].items()
        }
        refusals = [Refusal(**refusal) for refusal in content["refusals"]]
        at = datetime.fromisoformat(content["at"])
        return cls(
            **content | {"at": at, "files": files, "duplicates": duplicates, "refusals": refusals}
        )


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
