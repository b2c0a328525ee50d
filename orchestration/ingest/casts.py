"""From text to declared types, in DuckDB's SQL, strictly: what is not understood becomes null.

What belongs here: one expression a type, and the macros they use. What does not: deciding what a
null means (that is judged in verdicts.py, which knows whether there was text).
"""

import hashlib
from collections.abc import Mapping, Sequence

import duckdb

from orchestration.ingest.duck import text
from orchestration.ingest.feeds import DECIMAL, Column

FIRST_YEAR, LAST_YEAR = 1900, 2200
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_ISO = r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_OFFSET = r":\d{2}(\.\d+)?\s*([zZ]|UTC|GMT|[+-](0\d|1[0-5])(:?[0-5]\d)?)$"
_SLASHED = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"]
_BLANKS = " \t\r\n\u00a0"
_BLOCK_BYTES = 64

_MACROS = f"""
CREATE TEMP MACRO trimmed(t) AS CASE
    -- To look for a blank is five times as fast as to trim, and most values hold none.
    WHEN {" OR ".join(f"contains(t, {text(blank)})" for blank in _BLANKS)} THEN
        trim(t, {text(_BLANKS)})
    ELSE CAST(t AS VARCHAR)
END;
CREATE TEMP MACRO slashed(t) AS CASE
    WHEN regexp_full_match(t, '\\d{{1,2}}/\\d{{1,2}}/\\d{{2}}( .*)?') THEN
        try_strptime(t, [{", ".join(text("%m/%d/%y" + f) for f in _SLASHED)}])
    WHEN regexp_full_match(t, '\\d{{1,2}}/\\d{{1,2}}/\\d{{4}}( .*)?') THEN
        try_strptime(t, [{", ".join(text("%m/%d/%Y" + f) for f in _SLASHED)}])
END;
CREATE TEMP MACRO has_offset(t) AS regexp_matches(t, {text(_OFFSET)});
CREATE TEMP MACRO with_offset(t) AS try_cast(
    regexp_replace(regexp_replace(t, '\\s*(UTC|GMT|[zZ])$', '+00'), '\\s+([+-])', '\\1')
    AS TIMESTAMPTZ
) AT TIME ZONE 'UTC';
CREATE TEMP MACRO without_offset(t) AS CASE
    WHEN regexp_full_match(t, {text(_ISO)}) THEN try_cast(t AS TIMESTAMP)
    ELSE slashed(t)
END;
CREATE TEMP MACRO as_timestamp_utc(t) AS CASE
    WHEN has_offset(t) THEN with_offset(t)
    ELSE without_offset(t)
END;
CREATE TEMP MACRO as_timestamp_in(t, zone) AS CASE
    WHEN has_offset(t) THEN with_offset(t)
    ELSE timezone('UTC', timezone(zone, without_offset(t)))
END;
CREATE TEMP MACRO as_day(t) AS CAST(as_timestamp_utc(t) AS DATE);
CREATE TEMP MACRO as_boolean(t) AS CASE
    WHEN lower(t) IN ('true', 't', 'yes', 'y', '1') THEN true
    WHEN lower(t) IN ('false', 'f', 'no', 'n', '0') THEN false
END;
CREATE TEMP MACRO as_whole(t) AS CASE
    WHEN regexp_full_match(t, '[+-]?\\d+(\\.0*)?') THEN
        try_cast(split_part(t, '.', 1) AS BIGINT)
END;
CREATE TEMP MACRO as_number(t) AS CASE
    WHEN regexp_full_match(t, {text(NUMBER)}) THEN t
END;
CREATE TEMP MACRO as_nanoseconds(t) AS CASE
    WHEN regexp_full_match(t, '0*[1-9]\\d{{1,18}}') THEN
        make_timestamp(try_cast(t AS BIGINT) // 1000)
END;
CREATE TEMP MACRO as_seconds(t) AS CASE
    WHEN regexp_full_match(t, '\\d{{1,11}}') THEN make_timestamp(try_cast(t AS BIGINT) * 1000000)
END;
CREATE TEMP MACRO from_cents(t) AS CASE
    WHEN regexp_full_match(t, '[+-]?(\\d+\\.?\\d*|\\.\\d+)') THEN t || 'e-2'
END;
CREATE TEMP MACRO is_structure(t) AS CASE
    WHEN starts_with(t, '{{') OR starts_with(t, '[') THEN json_valid(t) ELSE false
END;
CREATE TEMP MACRO as_object(t) AS CASE
    WHEN json_valid(t) THEN CASE json_type(t)
        WHEN 'OBJECT' THEN t
        WHEN 'VARCHAR' THEN CASE WHEN json_valid(t ->> '$') THEN
            CASE WHEN json_type(t ->> '$') = 'OBJECT' THEN t ->> '$' END
        END
    END
END;
CREATE TEMP MACRO as_numbers(t) AS CAST(to_json(map_from_entries(list_filter(
    map_entries(try_cast(try_cast(as_object(t) AS JSON) AS MAP(VARCHAR, JSON))),
    lambda entry: json_type(entry.value) IN ('BIGINT', 'UBIGINT', 'DOUBLE')
        AND isfinite(try_cast(entry.value AS DOUBLE))
))) AS VARCHAR);
"""


def install(
    connection: duckdb.DuckDBPyConnection,
    person_keys: Sequence[str],
    forgotten: Mapping[str, str] | None = None,
) -> None:
    """Define the casts, and the key of a person id, on a connection in memory.

    pseudonym(t) is what persons.py says of a person's key. person_keys: the secrets. forgotten: the
    salts of forgotten persons, by SHA-256 of their id's first hash.
    """
    connection.execute(_MACROS)
    first, *others = person_keys
    key = keyed("t", first)
    if forgotten:
        salts = ", ".join(f"{text(known)}: {text(salt)}" for known, salt in forgotten.items())
        connection.execute(
            f"CREATE TEMP MACRO severed(key) AS "
            f"coalesce(sha256(MAP {{{salts}}}[sha256(key)] || key), key)"
        )
        key = f"severed({key})"
    for other in others:
        key = keyed(key, other)
    connection.execute(f"CREATE TEMP MACRO pseudonym(t) AS {key}")


def keyed(expression: str, secret: str) -> str:
    """HMAC-SHA256 (RFC 2104) of the UTF-8 text as lower-case hex."""
    key = secret.encode()
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    key = key.ljust(_BLOCK_BYTES, b"\0")
    inner, outer = (_blob(bytes(byte ^ pad for byte in key)) for pad in (0x36, 0x5C))
    return f"sha256({outer} || unhex(sha256({inner} || encode({expression}))))"


def clean(expression: str, null_text: tuple[str, ...] = ()) -> str:
    """Text without blanks around it; null where it says that there is no value."""
    nothing = ", ".join(text(value) for value in ("", "NULL", *null_text))
    trimmed = f"trimmed({expression})"
    return f"CASE WHEN {trimmed} IN ({nothing}) THEN NULL ELSE {trimmed} END"


def cast(column: Column, expression: str, time_zone: str) -> str:
    """The value of a cleaned text in the column's type; null where it is not understood."""
    if column.personal:
        return f"pseudonym({expression})"
    if column.json_keys:
        return f"as_object({expression})"
    if column.format == "unix_nanoseconds":
        return f"as_nanoseconds({expression})"
    if column.format == "numbers":
        return f"as_numbers({expression})"
    if column.format == "unix_seconds":
        return f"as_seconds({expression})"
    if column.format == "cents":
        return f"try_cast(from_cents({expression}) AS {column.duckdb_type})"
    if column.format == "hex":
        return f"CASE WHEN regexp_full_match({expression}, '[0-9a-f]+') THEN {expression} END"
    match column.data_type:
        case "string":
            return expression
        case "boolean":
            return f"as_boolean({expression})"
        case "bigint":
            return f"as_whole({expression})"
        case "date":
            return f"as_day({expression})"
        case "timestamp" if time_zone == "UTC":
            return f"as_timestamp_utc({expression})"
        case "timestamp":
            return f"as_timestamp_in({expression}, {text(time_zone)})"
    return f"try_cast(as_number({expression}) AS {column.duckdb_type})"


def is_understood(column: Column, value: str) -> str:
    """Whether what `cast` made of a text is a value that may be kept."""
    match column.data_type:
        case "date" | "timestamp":
            known = f"{value} >= DATE '{FIRST_YEAR}-01-01'"
            return known if column.open_end else f"{known} AND {_is_in_time(value)}"
        case "double":
            return f"isfinite({value})"
    return f"{value} IS NOT NULL"


def finished(column: Column, value: str) -> str:
    """The value as it is stored: of a JSON object, the allow-listed keys in alphabetical order, or
    all that hold numbers; of a time that means no end, null."""
    if column.format == "numbers":
        return f"nullif({value}, '{{}}')"
    if column.open_end:
        return f"CASE WHEN {_is_in_time(value)} THEN {value} END"
    if not column.json_keys:
        return value
    pairs = ", ".join(
        f"{text(key)}, json_extract_string({value}, {text('$.' + _json_name(key))})"
        for key in column.json_keys
    )
    kept = f"json_merge_patch('{{}}', json_object({pairs}))"
    return f"CASE WHEN {value} IS NOT NULL THEN nullif(CAST({kept} AS VARCHAR), '{{}}') END"


def complaint(column: Column) -> str:
    """What to say of text that cannot be cast."""
    if column.json_keys or column.format == "numbers":
        return "not a JSON object"
    if column.format == "hex":
        return "not hexadecimal"
    if column.data_type in ("date", "timestamp"):
        return f"not a {column.data_type} of the years {FIRST_YEAR} to {LAST_YEAR}"
    if DECIMAL.fullmatch(column.data_type):
        return f"not a number that fits {column.data_type}"
    return f"not a {column.data_type}"


def _is_in_time(value: str) -> str:
    return f"{value} < DATE '{LAST_YEAR + 1}-01-01'"


def _json_name(key: str) -> str:
    return '"' + key.replace('"', '\\"') + '"'


def _blob(content: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in content) + "'::BLOB"
