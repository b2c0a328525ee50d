"""Opens landing files as bytes: packed or plain.

What belongs here: compression and its limit, byte-order marks, encodings that are not UTF-8. What
does not: records (tables.py, documents.py, otlp.py).
"""

from pathlib import Path

import pyarrow as pa

from orchestration.ingest.reasons import UnreadableFile

_COMPRESSION = {".gz": "gzip", ".zst": "zstd"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What unpacks to more than so many times its size, beyond so many bytes, would fill the disk: real
# tables and traces shrink to a tenth or a thirtieth, nothing to a thousandth (gzip) or less (zstd).
MAX_RATIO = 100
FREE_BYTES = 64 << 20
_BLOCK_BYTES = 1 << 20
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def compression(path: Path) -> str | None:
    """How a file of this name is packed: gzip, zstd, or None."""
    return _COMPRESSION.get(path.suffix.lower())


def unpacked(path: Path) -> pa.NativeFile:
    """A file's plain bytes."""
    return pa.input_stream(str(path), compression=compression(path))


def verify(path: Path) -> None:
    """Raise where a file's packing is damaged (DuckDB does not compare checksums), or a bomb."""
    if compression(path):
        plain_bytes = 0
        with unpacked(path) as stream:
            while block := stream.read(_BLOCK_BYTES):
                plain_bytes += len(block)
                refuse_bomb(path, plain_bytes)


def refuse_bomb(path: Path, plain_bytes: int) -> None:
    """Raise UnreadableFile where a file holds more than its size can honestly hold."""
    if plain_bytes > max(FREE_BYTES, MAX_RATIO * path.stat().st_size):
        raise UnreadableFile(
            f"it unpacks to more than {MAX_RATIO} times its size; if that is meant, land it plain"
        )


def refuse_utf16(start: bytes) -> None:
    """Raise UnreadableFile where a file that starts like this is UTF-16."""
    if start.startswith(_UTF16_MARKS):
        raise UnreadableFile("it is UTF-16; write UTF-8")
