"""What lies in the landing folder: which files there are, and what content they hold.

What belongs here: finding files, judging whether they are still being written, hashing them, and
remembering the hashes. What does not: opening them as tables, or deciding whether their content is
new.
"""

import hashlib
import json
import logging
import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from pathlib import Path

from orchestration.ingest.feeds import Feed
from orchestration.whole import write_whole

log = logging.getLogger(__name__)

# A file that changed less than this ago may still be being written.
SETTLE_SECONDS = 3.0
# Names that uploading programs use for what is not finished, and marker files.
UNFINISHED_SUFFIXES = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp")


@dataclass(frozen=True)
class Stamp:
    """What the system says of a file, and says otherwise once somebody wrote into it or put another
    in its place: the time of the last change cannot be set."""

    size: int
    inode: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Stamp":
        return cls(status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)

    def is_settled(self, moment: datetime) -> bool:
        """Whether the last change was so long before that one after it has another time."""
        return moment.timestamp() - self.changed_ns / 1e9 >= SETTLE_SECONDS


@dataclass(frozen=True)
class LandingFile:
    """One file as found. file: its path below the landing folder, with forward slashes."""

    file: str
    path: Path
    sha256: str
    stamp: Stamp

    def is_unchanged(self) -> bool:
        """Whether the file is still the one that was hashed."""
        try:
            return Stamp.of(self.path.stat()) == self.stamp
        except OSError:
            return False


# The sha256 of files that had a stamp, so that a night need not read again what lies there.
Hashes = Mapping[tuple[str, Stamp], str]


@dataclass
class Found:
    """The files of one feed: those to look at, those that wait, and those that cannot be read."""

    files: list[LandingFile] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)


def recall(path: Path) -> Hashes:
    """What `remember` wrote; nothing where that is gone or cannot be read."""
    try:
        content = json.loads(path.read_bytes())
        return {(file, Stamp(*stamp)): sha256 for file, stamp, sha256 in content}
    except (OSError, ValueError, TypeError):
        return {}


def remember(path: Path, files: Iterable[LandingFile], moment: datetime) -> None:
    """Keep the hashes of these files, and no others. moment: before any was hashed."""
    settled = [
        (file.file, astuple(file.stamp), file.sha256)
        for file in files
        if file.stamp.is_settled(moment)
    ]
    write_whole(path, json.dumps(settled))


def look(landing: Path, feed: Feed, now: datetime, known: Hashes) -> Found:
    """Find the files of a feed, and hash those that are not known. Symbolic links are not
    followed."""
    found = Found()

    def note(error: OSError) -> None:
        folder = Path(error.filename).relative_to(landing).as_posix()
        found.unreadable[_shown(folder)] = f"the folder cannot be read: {error.strerror}"

    for path in walk(landing / feed.name, note):
        file = path.relative_to(landing).as_posix()
        if reason := _unsayable(file):
            found.unreadable[_shown(file)] = reason
            continue
        try:
            landed = _hash(file, path, now, known)
        except FileNotFoundError:
            # It was taken away since the folder was listed.
            continue
        except OSError as error:
            found.unreadable[file] = f"it cannot be read: {error.strerror}"
            continue
        if landed is None:
            found.waiting.append(file)
        else:
            found.files.append(landed)
    return found


def warn_of_strangers(landing: Path, feeds: dict[str, Feed]) -> None:
    """Say which folders of the landing folder no feed reads."""
    if not landing.is_dir():
        return
    for entry in sorted(landing.iterdir()):
        if entry.name not in feeds and not entry.name.startswith((".", "_")):
            name = _shown(entry.name)
            log.warning("landing/%s belongs to no declared feed and is left alone", name)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def walk(folder: Path, note: Callable[[OSError], None]) -> Iterator[Path]:
    """The files below a folder that somebody finished. note: told of folders nobody may read."""
    if _is_link(folder) or not folder.is_dir():
        return
    for parent, folders, names in os.walk(folder, onerror=note):
        kept = sorted(name for name in folders if not name.startswith((".", "_")))
        folders[:] = [name for name in kept if not _is_link(Path(parent, name))]
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith((".", "_")) or name.lower().endswith(UNFINISHED_SUFFIXES):
                continue
            if not _is_link(path):
                yield path


def _is_link(path: Path) -> bool:
    if path.is_symlink():
        log.warning("%s is a symbolic link and is not followed", _shown(str(path)))
        return True
    return False


def _unsayable(name: str) -> str | None:
    """Why no log or message could show a name."""
    kinds = {unicodedata.category(letter) for letter in name}
    if "Cs" in kinds:
        return "its name is not UTF-8"
    return "its name holds control characters" if kinds & {"Cc", "Zl", "Zp"} else None


def _shown(name: str) -> str:
    """A name with escapes for what cannot be shown."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in name)


def _hash(file: str, path: Path, now: datetime, known: Hashes) -> LandingFile | None:
    before = path.stat()
    if not stat.S_ISREG(before.st_mode):
        raise OSError(0, "it is not a regular file")
    if abs(now.timestamp() - before.st_mtime) < SETTLE_SECONDS:
        return None
    stamp = Stamp.of(before)
    landed = LandingFile(file, path, known.get((file, stamp)) or sha256_of(path), stamp)
    return landed if landed.is_unchanged() else None
