"""Reads OTLP/JSON: traces and logs, one export request a line or one document over many lines.

What belongs here: the nesting of OTLP, attributes. What does not: lines (lines.py), types
(casts.py).

The shape is the fast one: DuckDB parses each line once (from_json with an explicit structure),
unnests, and picks attributes by their position in the list of keys: a resource's once for all its
records. What is not in the structure, such as the body of a log record, is never looked at.
"""

from dataclasses import dataclass

from orchestration.ingest.duck import text, texts
from orchestration.ingest.feeds import Column, Feed

_ATTRIBUTES = '[{"key":"VARCHAR","value":"VARCHAR"}]'
_SPAN = (
    '{"traceId":"VARCHAR","spanId":"VARCHAR","parentSpanId":"VARCHAR","name":"VARCHAR",'
    '"kind":"VARCHAR","startTimeUnixNano":"VARCHAR","endTimeUnixNano":"VARCHAR",'
    f'"status":{{"code":"VARCHAR"}},"attributes":{_ATTRIBUTES}}}'
)
_LOG_RECORD = (
    '{"traceId":"VARCHAR","spanId":"VARCHAR","eventName":"VARCHAR","timeUnixNano":"VARCHAR",'
    f'"observedTimeUnixNano":"VARCHAR","attributes":{_ATTRIBUTES}}}'
)
_STATUS = ["UNSET", "OK", "ERROR"]
_KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]


@dataclass(frozen=True)
class Signal:
    """What OTLP calls the lists of a signal, and the structure of a record."""

    resources: str
    scopes: str
    records: str
    structure: str

    @property
    def request(self) -> str:
        """The structure of a request."""
        return (
            f'{{"{self.resources}":[{{"resource":{{"attributes":{_ATTRIBUTES}}},'
            f'"{self.scopes}":[{{"{self.records}":[{self.structure}]}}]}}]}}'
        )

    @property
    def misshapen(self) -> str:
        """What is no list, or no object, where one must be would be dropped in silence by
        from_json. (Inside a text the quotes are escaped, so that these names with their colon can
        only be keys.)"""
        lists = f"{self.resources}|{self.scopes}|{self.records}|attributes"
        return (
            rf'"({lists})"\s*:\s*(\[\s*["\[0-9tfNI-]|["{{0-9tfNI-])'
            r'|"(resource|status|value)"\s*:\s*["\[0-9tfNI-]'
        )


SIGNALS = {
    "otlp_traces": Signal("resourceSpans", "scopeSpans", "spans", _SPAN),
    "otlp_logs": Signal("resourceLogs", "scopeLogs", "logRecords", _LOG_RECORD),
}


def relation(feed: Feed) -> str:
    """The SQL that makes the feed's records of lines."""
    signal = SIGNALS[feed.reader]
    fields = ", ".join(f"{_text(i, column)} AS t{i}" for i, column in enumerate(feed.columns))
    of_resource = ", ".join(
        f"{_picked(column)} AS r{i}" for i, column in enumerate(feed.columns) if column.attributes
    )
    declared = sorted({name for column in feed.columns for name in column.attributes})
    known = " + ".join(f"(list_position(keys, {text(name)}) IS NOT NULL)::INT" for name in declared)
    return f"""
        WITH parsed AS (
            SELECT no, row, line, broken, try(from_json(line, {text(signal.request)})) AS request
            FROM landed_lines
        ),
        judged AS (
            SELECT no, row, request, CASE
                WHEN broken IS NOT NULL THEN broken
                WHEN request.{signal.resources} IS NULL
                    AND NOT regexp_full_match(line, '\\{{\\s*\\}}')
                    OR regexp_matches(line, {text(signal.misshapen)}) THEN sha256(line)
            END AS _unreadable
            FROM parsed
        ),
        resources AS (
            SELECT no, row, _unreadable, unnest(CASE
                WHEN _unreadable IS NOT NULL THEN [NULL] ELSE request.{signal.resources}
            END) AS told
            FROM judged
        ),
        described AS (
            SELECT *, {_opened("told.resource.attributes")} FROM resources
        ),
        scopes AS (
            SELECT no, row, _unreadable, {_strays(declared)} AS resource_stray, {of_resource},
                unnest(CASE WHEN told IS NULL THEN [NULL] ELSE told.{signal.scopes} END) AS scope
            FROM described
        ),
        records AS (
            SELECT * EXCLUDE (scope), unnest(CASE
                WHEN scope IS NULL THEN [NULL] ELSE scope.{signal.records}
            END) AS record
            FROM scopes
        ),
        keyed AS (
            SELECT *, {_opened("record.attributes")} FROM records
        )
        SELECT
            no AS _no,
            row AS _row,
            _unreadable,
            CASE
                -- As many keys as there are declared ones among them: none is left to look for.
                WHEN len(keys) = {known} THEN resource_stray
                ELSE list_concat({_strays(declared)}, resource_stray)
            END AS _stray,
            {fields}
        FROM keyed
    """


def _text(i: int, column: Column) -> str:
    """The text of a field, else of an attribute: the record's goes before the resource's."""
    told = [_field(field) for field in column.fields]
    if column.attributes:
        told += [_picked(column), f"r{i}"]
    return f"coalesce({', '.join(told)})"


def _opened(attributes: str) -> str:
    """The keys of attributes, and the text of each: a value is an object of one member, named after
    its type."""
    return f"""
        [attribute.key FOR attribute IN {attributes}] AS keys,
        [json_extract_string(attribute.value, '$.*')[1] FOR attribute IN {attributes}] AS texts
    """


def _picked(column: Column) -> str:
    """The text of the first of the column's attributes that holds one."""
    picked = ", ".join(f"texts[list_position(keys, {text(name)})]" for name in column.attributes)
    return f"coalesce({picked})"


def _strays(declared: list[str]) -> str:
    return f"list_filter(keys, lambda key: NOT list_contains({texts(declared)}, key))"


def _field(field: str) -> str:
    value = f"record.{field}"
    match field:
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
        case "timeUnixNano" | "observedTimeUnixNano":
            return f"CASE WHEN ltrim({value}, '0') <> '' THEN {value} END"
    return value
