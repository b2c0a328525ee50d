"""Why a file cannot be read, in one line that never quotes its content.

What belongs here: which errors are a file's own fault, and how they are told. What does not: the
rules a file may break (tables.py, documents.py, otlp.py) and what is done about it (staging.py).
"""

import csv
import re

import duckdb
import pyarrow as pa


class UnreadableFile(ValueError):
    """A whole file cannot be used; the message says why, in one sentence."""


# What is raised for content. DuckDB has no class of its own: corrupt Parquet raises its base class.
CONTENT_ERRORS = (
    UnreadableFile,
    UnicodeDecodeError,
    csv.Error,
    duckdb.Error,
    pa.ArrowException,
    OSError,
)

# What the system and DuckDB say where a disk has no room: then no file is to blame.
NO_ROOM = ("No space left", "File too large", "Disk quota exceeded")


def reason_of(error: Exception) -> str:
    """What went wrong, for whoever sent the file. What an error quotes may be personal.

    Raises the error where the disk is to blame and not the file.
    """
    if isinstance(error, UnreadableFile):
        return str(error)
    if any(said in str(error) for said in NO_ROOM):
        raise error
    if isinstance(error, duckdb.OutOfMemoryException):
        return "it takes more memory than OUTTURN_MEMORY_LIMIT allows; land it in smaller files"
    unquoted = re.sub(r"(?<!\w)(['\"]).*\1", "(...)", str(error), flags=re.DOTALL)
    reason = unquoted.partition("\n")[0] or type(error).__name__
    if "state machine reached an invalid state" in reason:
        return "its lines end in different ways (CRLF and LF); write one of them throughout"
    return f"it cannot be read: {reason}"
