"""Reads landing files line by line: one JSON document a line, or one over many lines.

What belongs here: blocks of lines, and the batch that offers them to a statement. What does not:
what a document holds (otlp.py, documents.py).

Python hands blocks of raw lines to DuckDB as the relation `landed_lines`: `no` (the file's number
in the batch), `row` (the line's), `line`, and `broken` (the hash of a line that is not UTF-8).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from orchestration.ingest.landing import LandingFile
from orchestration.ingest.packing import BYTE_ORDER_MARK, refuse_utf16, unpacked, verify
from orchestration.ingest.reasons import CONTENT_ERRORS, UnreadableFile, reason_of
from orchestration.ingest.verdicts import Batch

BLOCK_BYTES = 4 << 20
# A line, or a document over many lines, is held in memory whole; no request is as long as this.
LINE_BYTES = 64 << 20
_LINES = pa.schema(
    [("no", pa.int32()), ("row", pa.int64()), ("line", pa.string()), ("broken", pa.string())]
)


def batches(files: Iterable[LandingFile], relation: str) -> Iterator[Batch]:
    """All files in one statement.

    relation: SQL over `landed_lines`; its `_stray` is a list of undeclared names.
    """
    chosen = tuple(files)
    if chosen:
        yield _batch(chosen, relation)


def _batch(files: tuple[LandingFile, ...], relation: str) -> Batch:
    unusable: dict[int, str] = {}

    def names(stray: object) -> Iterable[str]:
        assert stray is None or isinstance(stray, list)
        return [name for name in stray or () if name]

    def prepare(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("SET preserve_insertion_order = false")
        lines = pa.RecordBatchReader.from_batches(_LINES, _lines(files, unusable))
        connection.register("landed_lines", lines)

    def finish(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
        connection.unregister("landed_lines")
        return unusable

    return Batch(files, relation, names, prepare, finish)


def _lines(files: Iterable[LandingFile], unusable: dict[int, str]) -> Iterator[pa.RecordBatch]:
    """The lines of all files; why a file could not be read to its end, by number, in `unusable`."""
    for no, file in enumerate(files):
        try:
            verify(file.path)
            document = _document(file)
            blocks = [(1, [document])] if document is not None else _blocks(file)
            for row, lines in blocks:
                numbered = [(i, line) for i, line in enumerate(lines, start=row) if line.strip()]
                yield _record_batch(no, numbered)
        except CONTENT_ERRORS as error:
            unusable[no] = reason_of(error)


def _blocks(file: LandingFile) -> Iterator[tuple[int, list[bytes]]]:
    """The file's lines in blocks, each with the number of its first line."""
    row, rest = 1, b""
    with unpacked(file.path) as stream:
        while True:
            read = stream.read(BLOCK_BYTES)
            block = rest + read
            cut = block.rfind(b"\n") if read else len(block)
            if read and cut < 0:
                if len(block) > LINE_BYTES:
                    raise UnreadableFile(f"line {row} is longer than {LINE_BYTES >> 20} MB")
                rest = block
                continue
            lines, rest = block[:cut].split(b"\n"), block[cut + 1 :]
            if row == 1:
                lines[0] = lines[0].removeprefix(BYTE_ORDER_MARK)
            yield row, lines
            row += len(lines)
            if not read:
                return


def _document(file: LandingFile) -> bytes | None:
    """The content, where the file is one document that is spread over many lines."""
    with unpacked(file.path) as stream:
        start = stream.read(BLOCK_BYTES)
        refuse_utf16(start)
        first = start.removeprefix(BYTE_ORDER_MARK).lstrip().split(b"\n", 1)
        if len(first) < 2 or first[0].rstrip().endswith(b"}"):
            return None
        content = (start + stream.read(LINE_BYTES)).removeprefix(BYTE_ORDER_MARK)
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return None
    return content


def _record_batch(no: int, numbered: list[tuple[int, bytes]]) -> pa.RecordBatch:
    lines = [line for _, line in numbered]
    broken: list[str | None] = [None] * len(lines)
    try:
        decoded = pa.array(lines, pa.string())
    except pa.ArrowInvalid:
        broken = [None if _is_utf8(line) else hashlib.sha256(line).hexdigest() for line in lines]
        decoded = pa.array(
            [None if hash_ else line for line, hash_ in zip(lines, broken, strict=True)],
            pa.string(),
        )
    return pa.record_batch(
        [
            pa.array([no] * len(lines), pa.int32()),
            pa.array([row for row, _ in numbered], pa.int64()),
            decoded,
            pa.array(broken, pa.string()),
        ],
        schema=_LINES,
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
