"""Opens landing files as bytes: packed or plain.

What belongs here: compression, byte-order marks and encodings that are not UTF-8. What does not:
records (tables.py, documents.py, otlp.py).
"""

from pathlib import Path

import pyarrow as pa

from orchestration.ingest.reasons import UnreadableFile

_COMPRESSION = {".gz": "gzip", ".zst": "zstd"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def compression(path: Path) -> str | None:
    """How a file of this name is packed: gzip, zstd, or None."""
    return _COMPRESSION.get(path.suffix.lower())


def unpacked(path: Path) -> pa.NativeFile:
    """A file's plain bytes. Read to the end, they raise where the packing is damaged."""
    return pa.input_stream(str(path), compression=compression(path))


def refuse_utf16(start: bytes) -> None:
    """Raise UnreadableFile where a file that starts like this is UTF-16."""
    if start.startswith(_UTF16_MARKS):
        raise UnreadableFile("it is UTF-16; write UTF-8")
