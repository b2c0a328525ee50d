"""chDB, ClickHouse in a process: nested tuples, ARRAY JOIN, and arrayFirst for each attribute."""

import sys
from pathlib import Path

import chdb

from benchmarks.peers.spans import FIELDS, KIND, NUMBERS, OF_RESOURCE, TEXTS, TIMES, TRUTHS

VALUE = "Tuple(stringValue Nullable(String), intValue Nullable(Int64), boolValue Nullable(Bool))"
ATTRIBUTES = f"Array(Tuple(key String, value {VALUE}))"
TEXT_FIELDS = ", ".join(f"{field} Nullable(String)" for field in FIELDS.values())
TIME_FIELDS = ", ".join(f"{field} Int64" for field in TIMES.values())
SPAN = (
    f"Tuple({TEXT_FIELDS}, {TIME_FIELDS}, {KIND} Int64, status Tuple(code Int64), "
    f"attributes {ATTRIBUTES})"
)
STRUCTURE = (
    f"resourceSpans Array(Tuple(resource Tuple(attributes {ATTRIBUTES}), "
    f"scopeSpans Array(Tuple(spans Array({SPAN})))))"
)


def picked(owner: str, name: str, member: str) -> str:
    return f"arrayFirst(a -> a.key = '{name}', {owner}).value.{member}"


def columns() -> str:
    made = {column: f"span.{field}" for column, field in FIELDS.items()}
    made[KIND] = f"span.{KIND}"
    made |= {
        column: f"fromUnixTimestamp64Micro(intDiv(span.{field}, 1000), 'UTC')"
        for column, field in TIMES.items()
    }
    made["status_code"] = "toString(span.status.code)"
    made |= {column: picked("span.attributes", n, "stringValue") for column, n in TEXTS.items()}
    made |= {column: picked("span.attributes", n, "intValue") for column, n in NUMBERS.items()}
    made |= {column: picked("span.attributes", n, "boolValue") for column, n in TRUTHS.items()}
    made |= {column: picked("about", n, "stringValue") for column, n in OF_RESOURCE.items()}
    return ", ".join(f"{sql} AS {column}" for column, sql in made.items())


def main(landing: Path, target: Path) -> None:
    chdb.query(
        f"""
        SELECT {columns()}
        FROM (
            SELECT sent.resource.attributes AS about, arrayJoin(scope.spans) AS span
            FROM (
                SELECT sent, arrayJoin(sent.scopeSpans) AS scope
                FROM (
                    SELECT arrayJoin(resourceSpans) AS sent
                    FROM file('{landing}/*.json', 'JSONEachRow', '{STRUCTURE}')
                )
            )
        )
        INTO OUTFILE '{target}/spans.parquet' FORMAT Parquet
        SETTINGS max_threads = 2, input_format_json_read_numbers_as_strings = 1,
            output_format_parquet_compression_method = 'zstd'
        """
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
