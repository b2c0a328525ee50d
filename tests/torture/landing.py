"""What may happen to landing files, and what a lake must hold after it.

What belongs here: a landing folder to which things happen, and the rules of names and contents in
their simplest form. What does not: running nights.
"""

import csv
import io
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

HAPPENINGS = ("drop", "repeat", "rename", "correct", "expire", "retract", "compact", "night")
SEQUENCES = st.lists(
    st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 2**16)), min_size=6, max_size=24
)


@dataclass
class Landing:
    """A landing folder and the books a careful clerk would keep on it.

    waiting: files that will land some day, by name (<feed>/<file>). share: how much of them lands
    at once. lying: what lies in the folder. held: what each name brought to the lake last.
    withdrawn: contents that are kept out.
    """

    folder: Path
    waiting: dict[str, bytes]
    share: float
    lying: dict[str, bytes] = field(default_factory=dict)
    held: dict[str, bytes] = field(default_factory=dict)
    withdrawn: set[bytes] = field(default_factory=set)

    def happen(self, what: str, number: int, withdraw: Callable[[str], object]) -> None:
        """Let something happen to files that the number chooses. withdraw: retracts a name."""
        chance = random.Random(number)
        match what:
            case "drop":
                self._drop(chance)
            case "retract" if self.held or self.lying:
                name = chance.choice(sorted({**self.lying, **self.held}))
                withdraw(name)
                content = self.held.get(name, self.lying.get(name))
                self.withdrawn.add(content)
                if self.held.get(name) == content:
                    del self.held[name]
            case "repeat" | "rename" | "correct" | "expire" if self.lying:
                getattr(self, f"_{what}")(chance, chance.choice(sorted(self.lying)))

    def seen(self) -> None:
        """A night read what lies there."""
        kept_out = {name for name, content in self.lying.items() if content in self.withdrawn}
        self.held |= {name: self.lying[name] for name in self.lying.keys() - kept_out}

    def _drop(self, chance: random.Random) -> None:
        number = min(len(self.waiting), max(1, round(len(self.waiting) * self.share)))
        for name in chance.sample(sorted(self.waiting), number):
            self._land(name, self.waiting.pop(name))

    def _repeat(self, chance: random.Random, name: str) -> None:
        feed, file = name.split("/", 1)
        self._land(f"{feed}/again-{chance.randrange(100)}/{file}", self.lying[name])

    def _rename(self, chance: random.Random, name: str) -> None:
        self._repeat(chance, name)
        self._expire(chance, name)

    def _expire(self, chance: random.Random, name: str) -> None:
        (self.folder / name).unlink()
        del self.lying[name]

    def _correct(self, chance: random.Random, name: str) -> None:
        # Of content that two names brought, the lake would rightly keep both versions.
        content = self.lying[name]
        others = [c for names in (self.lying, self.held) for n, c in names.items() if n != name]
        corrected = _corrected(name, content, chance)
        if content not in others and corrected is not None:
            self._land(name, corrected)

    def _land(self, name: str, content: bytes) -> None:
        land(self.folder / name, content)
        self.lying[name] = content


def land(path: Path, content: bytes) -> None:
    """Drop a file that nobody writes any more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1, 1))


def contents(held: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each content once, under the first of its names."""
    names = {content: name for name, content in sorted(held.items(), reverse=True)}
    return {name: content for content, name in names.items()}


def _corrected(name: str, content: bytes, chance: random.Random) -> bytes | None:
    """The file with a row less or, of timesheets, with other hours; None of what is no text."""
    if name.endswith((".gz", ".zst", ".parquet")):
        return None
    rows = content.decode().splitlines(keepends=True)
    if len(rows) < 3:
        return None
    position = chance.randrange(1, len(rows))
    if name.startswith("timesheets/"):
        cells = dict(zip(*csv.reader([rows[0], rows[position]]), strict=True))
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(
            (cells | {"hours": f"{chance.randrange(1, 4)}"}).values()
        )
        rows[position] = line.getvalue()
    else:
        del rows[position]
    return "".join(rows).encode()
