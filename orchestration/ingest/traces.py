"""Reads traces: OTLP/JSON, one ExportTraceServiceRequest a line, or one document over many lines.

What belongs here: lines, the nesting of OTLP, attributes. What does not: types (casts.py).

The shape is the fast one: Python hands blocks of raw lines to DuckDB, which parses each line once
(from_json with an explicit structure), unnests, and picks attributes by their position in the list
of keys.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from orchestration.ingest.duck import text, texts
from orchestration.ingest.feeds import Column, Feed
from orchestration.ingest.landing import LandingFile
from orchestration.ingest.packing import BYTE_ORDER_MARK, refuse_utf16, unpacked
from orchestration.ingest.reasons import CONTENT_ERRORS, UnreadableFile, reason_of
from orchestration.ingest.verdicts import Batch

BLOCK_BYTES = 4 << 20
# A line, or a document over many lines, is held in memory whole; no request is as long as this.
LINE_BYTES = 64 << 20
_LINES = pa.schema(
    [("no", pa.int32()), ("row", pa.int64()), ("line", pa.string()), ("broken", pa.string())]
)
_ATTRIBUTES = '[{"key":"VARCHAR","value":"VARCHAR"}]'
_SPAN = (
    '{"traceId":"VARCHAR","spanId":"VARCHAR","parentSpanId":"VARCHAR","name":"VARCHAR",'
    '"kind":"VARCHAR","startTimeUnixNano":"VARCHAR","endTimeUnixNano":"VARCHAR",'
    f'"status":{{"code":"VARCHAR"}},"attributes":{_ATTRIBUTES}}}'
)
_REQUEST = (
    f'{{"resourceSpans":[{{"resource":{{"attributes":{_ATTRIBUTES}}},'
    f'"scopeSpans":[{{"spans":[{_SPAN}]}}]}}]}}'
)
# What is no list, or no object, in these places would be dropped in silence by from_json. (Inside
# a text the quotes are escaped, so that these names with their colon can only be keys.)
_MISSHAPEN = (
    r'"(resourceSpans|scopeSpans|spans|attributes)"\s*:\s*(\[\s*["\[0-9tfNI-]|["{0-9tfNI-])'
    r'|"(resource|status|value)"\s*:\s*["\[0-9tfNI-]'
)
_STATUS = ["UNSET", "OK", "ERROR"]
_KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]


def batches(feed: Feed, files: Iterable[LandingFile]) -> Iterator[Batch]:
    """All files in one statement."""
    chosen = tuple(files)
    if chosen:
        yield _batch(feed, chosen)


def _batch(feed: Feed, files: tuple[LandingFile, ...]) -> Batch:
    fields = ", ".join(f"{_text(column)} AS t{i}" for i, column in enumerate(feed.columns))
    unusable: dict[int, str] = {}
    declared = texts({name for column in feed.columns for name in column.attributes})
    relation = f"""
        WITH parsed AS (
            SELECT no, row, line, broken, try(from_json(line, {text(_REQUEST)})) AS request
            FROM otlp_lines
        ),
        judged AS (
            SELECT no, row, request, CASE
                WHEN broken IS NOT NULL THEN broken
                WHEN request.resourceSpans IS NULL AND NOT regexp_full_match(line, '\\{{\\s*\\}}')
                    OR regexp_matches(line, {text(_MISSHAPEN)}) THEN sha256(line)
            END AS _unreadable
            FROM parsed
        ),
        resources AS (
            SELECT no, row, _unreadable, unnest(CASE
                WHEN _unreadable IS NOT NULL THEN [NULL] ELSE request.resourceSpans
            END) AS resource_spans
            FROM judged
        ),
        scopes AS (
            SELECT no, row, _unreadable, resource_spans.resource.attributes AS about, unnest(CASE
                WHEN resource_spans IS NULL THEN [NULL] ELSE resource_spans.scopeSpans
            END) AS scope_spans
            FROM resources
        ),
        spans AS (
            SELECT no, row, _unreadable, about, unnest(CASE
                WHEN scope_spans IS NULL THEN [NULL] ELSE scope_spans.spans
            END) AS span
            FROM scopes
        ),
        keyed AS (
            SELECT
                *,
                [attribute.key FOR attribute IN span.attributes] AS span_keys,
                [attribute.key FOR attribute IN about] AS about_keys
            FROM spans
        )
        SELECT
            no AS _no,
            row AS _row,
            _unreadable,
            list_filter(
                list_concat(span_keys, about_keys), lambda key: NOT list_contains({declared}, key)
            ) AS _stray,
            {fields}
        FROM keyed
    """

    def names(stray: object) -> Iterable[str]:
        assert stray is None or isinstance(stray, list)
        return [name for name in stray or () if name]

    def prepare(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("SET preserve_insertion_order = false")
        lines = pa.RecordBatchReader.from_batches(_LINES, _lines(files, unusable))
        connection.register("otlp_lines", lines)

    def finish(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
        connection.unregister("otlp_lines")
        return unusable

    return Batch(files, relation, names, prepare, finish)


def _text(column: Column) -> str:
    """The text of a span field, or of an attribute: the span's goes before the resource's."""
    if not column.attributes:
        return _field(column)
    picked = ", ".join(
        f"{owner}[list_position({keys}, {text(name)})].value"
        for owner, keys in (("span.attributes", "span_keys"), ("about", "about_keys"))
        for name in column.attributes
    )
    # The value is an object of one member, named after its type.
    return f"json_extract_string(coalesce({picked}), '$.*')[1]"


def _field(column: Column) -> str:
    value = f"span.{column.source}"
    match column.source:
        case "status.code":
            codes = " ".join(
                f"WHEN '{i}' THEN '{code}' WHEN 'STATUS_CODE_{code}' THEN '{code}'"
                for i, code in enumerate(_STATUS)
            )
            return f"CASE coalesce({value}, '0') {codes} ELSE {value} END"
        case "kind":
            kinds = " ".join(f"WHEN 'SPAN_KIND_{k}' THEN '{i}'" for i, k in enumerate(_KINDS))
            return f"CASE {value} {kinds} ELSE {value} END"
        case "traceId" | "spanId" | "parentSpanId":
            return f"CASE WHEN ltrim({value}, '0') <> '' THEN lower({value}) END"
    return value


def _lines(files: Iterable[LandingFile], unusable: dict[int, str]) -> Iterator[pa.RecordBatch]:
    """The lines of all files; why a file could not be read to its end, by number, in `unusable`."""
    for no, file in enumerate(files):
        try:
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
