"""The least SQL for it: raw lines, from_json with an explicit structure, unnest, list_position."""

import sys
from pathlib import Path

import duckdb

from benchmarks.peers.spans import FIELDS, KIND, NUMBERS, OF_RESOURCE, TEXTS, TIMES, TRUTHS

VALUE = '{"stringValue":"VARCHAR","intValue":"VARCHAR","boolValue":"BOOLEAN"}'
ATTRIBUTES = f'[{{"key":"VARCHAR","value":{VALUE}}}]'
TEXT_FIELDS = ", ".join(f'"{f}":"VARCHAR"' for f in (*FIELDS.values(), *TIMES.values(), KIND))
STRUCTURE = (
    f'{{"resourceSpans":[{{"resource":{{"attributes":{ATTRIBUTES}}},"scopeSpans":[{{"spans":['
    f'{{{TEXT_FIELDS},"status":{{"code":"VARCHAR"}},"attributes":{ATTRIBUTES}}}]}}]}}]}}'
)


def picked(owner: str, name: str, member: str) -> str:
    return f"{owner}[list_position({owner}_keys, '{name}')].value.{member}"


def columns() -> str:
    made = {column: f"span.{field}" for column, field in FIELDS.items()}
    made[KIND] = f"span.{KIND}::BIGINT"
    made |= {
        column: f"make_timestamp(span.{field}::BIGINT // 1000)" for column, field in TIMES.items()
    }
    made["status_code"] = "coalesce(span.status.code, '0')"
    made |= {column: picked("told", name, "stringValue") for column, name in TEXTS.items()}
    made |= {
        column: picked("told", name, "intValue") + "::BIGINT" for column, name in NUMBERS.items()
    }
    made |= {column: picked("told", name, "boolValue") for column, name in TRUTHS.items()}
    made |= {column: picked("about", name, "stringValue") for column, name in OF_RESOURCE.items()}
    return ", ".join(f"{sql} AS {column}" for column, sql in made.items())


def main(landing: Path, target: Path) -> None:
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as connection:
        connection.execute(
            f"""
            COPY (
                WITH lines AS (
                    SELECT from_json(json, '{STRUCTURE}') AS request
                    FROM read_ndjson_objects(
                        '{landing}/*.json', maximum_object_size = 1_000_000_000
                    )
                ),
                resources AS (SELECT unnest(request.resourceSpans) AS sent FROM lines),
                scopes AS (
                    SELECT sent.resource.attributes AS about, unnest(sent.scopeSpans) AS scope
                    FROM resources
                ),
                spans AS (SELECT about, unnest(scope.spans) AS span FROM scopes),
                keyed AS (
                    SELECT
                        span, about, span.attributes AS told,
                        [a.key FOR a IN span.attributes] AS told_keys,
                        [a.key FOR a IN about] AS about_keys
                    FROM spans
                )
                SELECT {columns()} FROM keyed
            ) TO '{target}/spans.parquet' (FORMAT parquet, COMPRESSION zstd)
            """
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
