"""The books on landing files: which name holds which content, and what is kept out.

What belongs here: pure rules on names and contents. What does not: where the books are stored
(lake.py) or how rows are read.

Content is known by its sha256. A name *holds* the content it last brought, whether its rows were
loaded for it or for an earlier name of the same content (then it is a duplicate). Rows of content
stay as long as a name holds it. Withdrawn content stays out, whatever its name.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

LOADED, DUPLICATE, REFUSED = "loaded", "duplicate", "refused"
RETRACTED, QUARANTINED = "retracted", "quarantined"


@dataclass(frozen=True)
class Entry:
    """One landing file: what it holds, and what became of it.

    newest: the newest event date before the day of loading (UTC); None without one.
    batch: the staged batch that carried its rows, which also names its rejects.
    """

    sha256: str
    status: str
    at: datetime
    rows_read: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_superseded: int = 0
    newest: date | None = None
    batch: str | None = None
    undeclared: dict[str, int] = field(default_factory=dict)
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        content = {key: value for key, value in asdict(self).items() if value not in (None, {}, 0)}
        content["at"] = self.at.isoformat()
        if self.newest:
            content["newest"] = self.newest.isoformat()
        return content

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Entry":
        at = datetime.fromisoformat(content["at"])
        newest = date.fromisoformat(content["newest"]) if "newest" in content else None
        return cls(**content | {"at": at, "newest": newest})


@dataclass(frozen=True)
class Withdrawal:
    """Content that stays out: under which name, whether retracted or quarantined, since when."""

    file: str
    status: str
    at: datetime


@dataclass
class Ledger:
    """The books of one feed.

    files: what each name holds in the lake.
    refused: names whose present content could not be loaded.
    withdrawn: content that stays out, by sha256.
    """

    files: dict[str, Entry] = field(default_factory=dict)
    refused: dict[str, Entry] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawal] = field(default_factory=dict)

    def copy(self) -> "Ledger":
        return Ledger(dict(self.files), dict(self.refused), dict(self.withdrawn))

    def held(self) -> set[str]:
        """The contents whose rows are in the lake."""
        return {entry.sha256 for entry in self.files.values()}

    def holds(self, file: str, sha256: str) -> bool:
        """Whether this name already holds this content."""
        entry = self.files.get(file)
        return entry is not None and entry.sha256 == sha256

    def settle(self, before: "Ledger") -> set[str]:
        """After names changed hands: give the rows of content to a name that still holds it.

        Returns the contents that no name holds any more: their rows go.
        """
        loaded = {e.sha256: e for e in before.files.values() if e.status == LOADED}
        owned = {e.sha256 for e in self.files.values() if e.status == LOADED}
        for file, entry in sorted(self.files.items()):
            if entry.sha256 not in owned:
                self.files[file] = loaded[entry.sha256]
                owned.add(entry.sha256)
        return before.held() - self.held()

    def duplicate(self, file: str, sha256: str, owner: str, at: datetime) -> None:
        """The name now holds content that is in the lake for another name."""
        self.files[file] = Entry(sha256, DUPLICATE, at, reason=f"same content as {owner}")
        self.refused.pop(file, None)

    def refuse(self, file: str, sha256: str, reason: str, at: datetime) -> None:
        """The name's present content could not be loaded; what it held before stays."""
        known = self.refused.get(file)
        if known is None or (known.sha256, known.reason) != (sha256, reason):
            self.refused[file] = Entry(sha256, REFUSED, at, reason=reason)

    def load(self, file: str, entry: Entry) -> None:
        """The name now holds content whose rows this commit adds."""
        self.files[file] = entry
        self.refused.pop(file, None)

    def withdraw(self, file: str, sha256: str, status: str, at: datetime) -> None:
        """Keep this content out, and let the name go if it holds it."""
        self.withdrawn[sha256] = Withdrawal(file, status, at)
        self.refused.pop(file, None)
        if self.holds(file, sha256):
            del self.files[file]

    def rows(self) -> Iterable[tuple[str, Entry]]:
        """Every file with its state, as raw.files shows it."""
        yield from sorted(self.files.items())
        yield from sorted(self.refused.items())
        for sha256, withdrawal in sorted(self.withdrawn.items(), key=lambda item: item[1].file):
            yield withdrawal.file, Entry(sha256, withdrawal.status, withdrawal.at)
