"""Reads OTLP/JSON: traces and logs, one export request a line or one document over many lines.

What belongs here: the nesting of OTLP, attributes. What does not: lines (lines.py), types
(casts.py).

The shape is the fast one: DuckDB parses each line once (from_json with an explicit structure),
unnests, and picks attributes by their position in the list of keys. What is not in the structure,
such as the body of a log record, is never looked at.
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
    fields = ", ".join(f"{_text(column)} AS t{i}" for i, column in enumerate(feed.columns))
    declared = texts({name for column in feed.columns for name in column.attributes})
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
        scopes AS (
            SELECT no, row, _unreadable, told.resource.attributes AS about, unnest(CASE
                WHEN told IS NULL THEN [NULL] ELSE told.{signal.scopes}
            END) AS scope
            FROM resources
        ),
        records AS (
            SELECT no, row, _unreadable, about, unnest(CASE
                WHEN scope IS NULL THEN [NULL] ELSE scope.{signal.records}
            END) AS record
            FROM scopes
        ),
        keyed AS (
            SELECT
                *,
                [attribute.key FOR attribute IN record.attributes] AS record_keys,
                [attribute.key FOR attribute IN about] AS about_keys
            FROM records
        )
        SELECT
            no AS _no,
            row AS _row,
            _unreadable,
            list_filter(
                list_concat(record_keys, about_keys), lambda key: NOT list_contains({declared}, key)
            ) AS _stray,
            {fields}
        FROM keyed
    """


def _text(column: Column) -> str:
    """The text of a field, else of an attribute: the record's goes before the resource's."""
    told = [_field(field) for field in column.fields]
    if column.attributes:
        picked = ", ".join(
            f"{owner}[list_position({keys}, {text(name)})].value"
            for owner, keys in (("record.attributes", "record_keys"), ("about", "about_keys"))
            for name in column.attributes
        )
        # The value is an object of one member, named after its type.
        told.append(f"json_extract_string(coalesce({picked}), '$.*')[1]")
    return f"coalesce({', '.join(told)})"


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
