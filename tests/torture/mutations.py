"""Good landing files, and what goes wrong with them on their way.

What belongs here: files as their systems write them, and what can happen to them, drawn at random
from a seed. What does not: what a reader must make of them (test_bad_input.py).
"""

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# Stands in every personal cell, and must stand nowhere in what is written.
PERSON = "Quetzalcoatl-4711"
DEEP = 10_000
DEEP_OBJECT = '{"a":' * DEEP + "1" + "}" * DEEP
DEEP_LIST = "[" * DEEP + "]" * DEEP
# What may stand in any cell of a table or field of a document.
ODD = [
    "", " ", "NULL", "null", "\u00a0", "NaN", "nan", "inf", "-Infinity", "infinity", "epoch", "now",
    "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "1/2/26", "31/12/2026",
    "2026-01-05T10:00:00+02:00", "2026-01-05 25:00", "2026-01-05 10:00:00.123456789", "20260105",
    "-8", "+8", "8.", ".5", " 8 ", "1e5", "1e400", "1e-400", "0x10", "1_000", "1,5", "1 000", "-0",
    "9" * 40, "0." + "3" * 60, "\u0661\u0662", "true", "N", "maybe", "=1+1", "'; drop table x; --",
    'say "hi"', "two\nlines", "two\r\nlines", "a\0b", "\ufeff", "\u202egnp", "e\u0301",
    "\U0001f600", "{}", "[]", '{"agent_id": "a"}', '{"agent_id": ', '"x"', "{" * 50,
]  # fmt: skip
# Written for these texts, which json.dumps could not write.
_RAW = {
    '"@deep"': DEEP_OBJECT,
    '"@lists"': DEEP_LIST,
    '"@vast"': "1e999",
    '"@surrogate"': '"\\ud800"',
    '"@nothing"': "",
    '@again"': '"',
}
_ENCODINGS = ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "utf-8-sig"]


@dataclass(frozen=True)
class Landed:
    """One landing file: its name, its bytes, and what happened to it."""

    name: str
    content: bytes
    changes: tuple[str, ...]

    @property
    def story(self) -> str:
        return f"{self.name} ({', '.join(self.changes) or 'good'})"


@dataclass
class Table:
    """A table before it is written."""

    header: list[str]
    rows: list[list[str]]


Draw = Callable[[random.Random], Any]


def timesheets(rng: random.Random) -> Table:
    header = ["worker_id", "work_date", "activity", "workflow_id", "agent_id", "hours"]
    rows = [
        [f"{PERSON}-{i}", f"2026-01-{i + 1:02d}", "review", f"f{i % 3}", "", f"{rng.randint(1, 8)}"]
        for i in range(rng.randint(1, 20))
    ]
    return Table(header, rows)


def focus(rng: random.Random) -> Table:
    header = [
        "BilledCost", "EffectiveCost", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd",
        "ProviderName", "ChargeCategory", "ResourceName", "ConsumedQuantity", "Tags",
    ]  # fmt: skip
    tags = json.dumps({"agent_id": "a", "owner": PERSON})
    rows = [
        [f"{rng.random():.12f}", "0.5", "USD", "9/1/24", "2024-09-02T00:00:00Z", "AWS", "Usage",
         f"machine, {i}", "NULL", rng.choice([tags, "NULL"])]
        for i in range(rng.randint(1, 20))
    ]  # fmt: skip
    return Table(header, rows)


def hr_positions(rng: random.Random) -> Table:
    header = [
        "worker_id", "effective_from", "effective_to", "job_profile", "team_id", "department",
        "manager_id", "worker_type", "fte_percent", "annual_base_pay", "currency",
    ]  # fmt: skip
    rows = [
        [f"{PERSON}-{i}", "2020-01-01", "", "Zo\u00eb's", "t1", "Support", f"{PERSON}-m",
         "employee", "100", f"{rng.randint(30, 90)}000.5", "EUR"]
        for i in range(rng.randint(1, 20))
    ]  # fmt: skip
    return Table(header, rows)


def openai_usage(rng: random.Random) -> list[dict[str, Any]]:
    def result(i: int) -> dict[str, Any]:
        return {
            "object": "organization.usage.completions.result", "input_tokens": rng.randint(0, 999),
            "output_tokens": 7, "input_cached_tokens": None, "num_model_requests": 1,
            "project_id": f"p{i}", "user_id": f"{PERSON}-{i}", "model": "m", "batch": False,
        }  # fmt: skip

    def bucket(day: int) -> dict[str, Any]:
        start = 1_767_225_600 + 86_400 * day
        results = [result(i) for i in range(rng.randint(0, 6))]
        return {"object": "bucket", "start_time": start, "results": results}

    return [
        {"object": "page", "data": [bucket(i) for i in range(rng.randint(0, 4))], "has_more": False}
        for _ in range(rng.randint(1, 3))
    ]


def otlp_traces(rng: random.Random) -> list[dict[str, Any]]:
    def attribute(key: str, **value: Any) -> dict[str, Any]:
        return {"key": key, "value": value}

    def span() -> dict[str, Any]:
        return {
            "traceId": f"{rng.getrandbits(128):032X}", "spanId": f"{rng.getrandbits(64):016x}",
            "name": "chat", "kind": 3, "startTimeUnixNano": "1767225600000000000",
            "endTimeUnixNano": 1_767_225_601_000_000_000, "status": {"code": 1},
            "attributes": [
                attribute("gen_ai.agent.id", stringValue="a"),
                attribute("gen_ai.usage.input_tokens", intValue=str(rng.randint(0, 999))),
                attribute("agent.handoff", boolValue=True),
                attribute("person.id", stringValue=PERSON),
                attribute("prompt", stringValue=f"a secret of {PERSON}"),
            ],
        }  # fmt: skip

    def told() -> dict[str, Any]:
        about = {"attributes": [attribute("service.name", stringValue="s")]}
        spans = [span() for _ in range(rng.randint(0, 4))]
        return {"resource": about, "scopeSpans": [{"spans": spans}]}

    return [
        {"resourceSpans": [told() for _ in range(rng.randint(1, 3))]}
        for _ in range(rng.randint(1, 5))
    ]


def land_table(make: Callable[[random.Random], Table], suffixes: list[str], seed: str) -> Landed:
    """A table that some things happened to: as a table, as bytes, and packed."""
    rng = random.Random(seed)
    table, suffix, changes = make(rng), rng.choice(suffixes), []
    for change in _drawn(rng, _TABLE_CHANGES):
        changes.append(change.__name__)
        change(rng, table)
    if suffix == "parquet":
        content = _parquet(rng, table)
    else:
        content = _csv(rng, table)
        for change in _drawn(rng, _BYTE_CHANGES):
            changes.append(change.__name__)
            content = change(rng, content)
    return _packed(rng, seed, suffix, content, changes)


def land_documents(
    make: Callable[[random.Random], list[dict[str, Any]]], suffixes: list[str], seed: str
) -> Landed:
    """Documents that some things happened to: as documents, as bytes, and packed."""
    rng = random.Random(seed)
    documents, suffix, changes = make(rng), rng.choice(suffixes), []
    for change in _drawn(rng, _DOCUMENT_CHANGES):
        changes.append(change.__name__)
        change(rng, documents)
    if rng.random() < 0.2:
        text = json.dumps(documents[0], indent=1)
    else:
        text = "\n".join(map(json.dumps, documents)) + "\n"
    for told, raw in _RAW.items():
        text = text.replace(told, raw)
    content = text.encode()
    for change in _drawn(rng, _BYTE_CHANGES):
        changes.append(change.__name__)
        content = change(rng, content)
    return _packed(rng, seed, suffix, content, changes)


def _drawn(rng: random.Random, changes: list[Callable]) -> list[Callable]:
    return rng.choices(changes, k=rng.choice([0, 1, 1, 1, 2, 3]))


def _csv(rng: random.Random, table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=rng.choice(["\n", "\n", "\r\n"]))
    writer.writerows([table.header, *table.rows])
    return text.getvalue().encode(errors="surrogatepass")


def _parquet(rng: random.Random, table: Table) -> bytes:
    """Columns of text, or of numbers and days where their texts are all such."""
    columns = []
    for i in range(len(table.header)):
        texts = [row[i] if i < len(row) else None for row in table.rows]
        column = pa.array(texts, pa.string())
        for kind in rng.sample([pa.float64(), pa.date32(), pa.decimal128(38, 9), pa.binary()], 2):
            try:
                column = column.cast(kind)
                break
            except pa.ArrowInvalid:
                continue
        columns.append(column)
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, names=table.header), buffer, row_group_size=rng.choice([3, 9]))
    return buffer.getvalue()


def _packed(
    rng: random.Random, seed: str, suffix: str, content: bytes, changes: list[str]
) -> Landed:
    if suffix.endswith(".gz"):
        content = gzip.compress(content, 1, mtime=0)
    elif suffix.endswith(".zst"):
        content = pa.compress(content, "zstd", asbytes=True)
    if suffix.endswith((".gz", ".zst", "parquet")) and rng.random() < 0.4:
        change = rng.choice(_PACKED_CHANGES)
        changes.append(f"packed {change.__name__}")
        content = change(rng, content)
    return Landed(f"{seed}.{suffix}", content, tuple(changes))


# Of a table.


def odd_cells(rng: random.Random, table: Table) -> None:
    for _ in range(rng.randint(1, 4)):
        if table.rows:
            row = rng.choice(table.rows)
            if row:
                row[rng.randrange(len(row))] = rng.choice(ODD)


def odd_column(rng: random.Random, table: Table) -> None:
    i, text = rng.randrange(len(table.header)), rng.choice(ODD)
    for row in table.rows:
        row[i : i + 1] = [text]


def huge_cell(rng: random.Random, table: Table) -> None:
    if table.rows and rng.random() < 0.3:
        row = rng.choice(table.rows)
        row[-1:] = ["x" * rng.choice([70_000, 200_000, 2_500_000])]


def deep_cell(rng: random.Random, table: Table) -> None:
    if table.rows:
        rng.choice(table.rows)[-1:] = [rng.choice([DEEP_OBJECT, DEEP_LIST])]


def swapped_columns(rng: random.Random, table: Table) -> None:
    i, j = rng.randrange(len(table.header)), rng.randrange(len(table.header))
    for row in [table.header, *table.rows]:
        if max(i, j) < len(row):
            row[i], row[j] = row[j], row[i]


def missing_column(rng: random.Random, table: Table) -> None:
    i = rng.randrange(len(table.header))
    if len(table.header) > 1:
        for row in [table.header, *table.rows]:
            del row[i : i + 1]


def twice_a_column(rng: random.Random, table: Table) -> None:
    i = rng.randrange(len(table.header))
    for row in [table.header, *table.rows]:
        row.extend(row[i : i + 1])


def renamed_column(rng: random.Random, table: Table) -> None:
    i = rng.randrange(len(table.header))
    name = table.header[i]
    table.header[i] = rng.choice([name.upper(), f" {name}", f"{name}_2", "", '"; drop table t; --'])


def extra_columns(rng: random.Random, table: Table) -> None:
    for i in range(rng.choice([1, 1, 3, 70])):
        table.header.append(rng.choice([f"extra {i}", f"it's {i}", f"c{i}", f"t{i}", f"_row{i}"]))
        for row in table.rows:
            row.append(rng.choice(["", "x", "1"]))


def ragged_rows(rng: random.Random, table: Table) -> None:
    for row in rng.sample(table.rows, min(2, len(table.rows))):
        if rng.random() < 0.5:
            row.append("more")
        else:
            del row[-1:]


def repeated_rows(rng: random.Random, table: Table) -> None:
    table.rows.extend([list(rng.choice(table.rows)) for _ in range(3) if table.rows])


def header_again(rng: random.Random, table: Table) -> None:
    table.rows.insert(rng.randint(0, len(table.rows)), list(table.header))


def headless(rng: random.Random, table: Table) -> None:
    if table.rows:
        table.header = table.rows.pop(0)


_TABLE_CHANGES = [
    odd_cells, odd_cells, odd_cells, odd_column, huge_cell, deep_cell, swapped_columns,
    missing_column, twice_a_column, renamed_column, extra_columns, ragged_rows, repeated_rows,
    header_again, headless,
]  # fmt: skip


# Of documents.


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: a container and the key or index in it."""
    keys = node.keys() if isinstance(node, dict) else range(len(node))
    if not isinstance(node, dict | list):
        return []
    return [(node, key) for key in keys] + [
        place for key in keys if isinstance(node[key], dict | list) for place in _places(node[key])
    ]


def odd_fields(rng: random.Random, documents: list[Any]) -> None:
    for _ in range(rng.randint(1, 3)):
        container, key = rng.choice(_places(documents))
        container[key] = rng.choice([
            *ODD, None, None, True, 0, -1, 5.5, 2**63, 10**30, float("nan"), float("-inf"), [], {},
            [1], [None], {"a": 1}, "@deep", "@lists", "@vast", "@surrogate", "@nothing",
        ])  # fmt: skip


def missing_field(rng: random.Random, documents: list[Any]) -> None:
    container, key = rng.choice(_places(documents))
    if len(documents) > 1 or container is not documents:
        del container[key]


def twice_a_field(rng: random.Random, documents: list[Any]) -> None:
    named = [place for place in _places(documents) if isinstance(place[0], dict)]
    if named:
        container, key = rng.choice(named)
        container[f"{key}@again"] = rng.choice([None, "again", container[key]])


def renamed_field(rng: random.Random, documents: list[Any]) -> None:
    named = [place for place in _places(documents) if isinstance(place[0], dict)]
    if named:
        container, key = rng.choice(named)
        container[rng.choice([key.upper(), f"{key} ", "", "a.b", '"$*', "x\0"])] = container.pop(
            key
        )


def repeated_member(rng: random.Random, documents: list[Any]) -> None:
    listed = [place for place in _places(documents) if isinstance(place[0], list)]
    container, key = rng.choice(listed)
    container.insert(rng.randint(0, len(container)), rng.choice([container[key], None, 5, [], "x"]))


def huge_field(rng: random.Random, documents: list[Any]) -> None:
    container, key = rng.choice(_places(documents))
    if rng.random() < 0.3:
        container[key] = "x" * rng.choice([70_000, 5_000_000])


_DOCUMENT_CHANGES = [
    odd_fields, odd_fields, odd_fields, missing_field, twice_a_field, renamed_field,
    repeated_member, huge_field,
]  # fmt: skip


# Of bytes, plain or packed.


def truncated(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randint(0, len(content))]


def beheaded(rng: random.Random, content: bytes) -> bytes:
    return content[rng.randint(0, len(content)) :]


def flipped(rng: random.Random, content: bytes) -> bytes:
    flipped = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 8]) if content else 0):
        flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return bytes(flipped)


def other_encoding(rng: random.Random, content: bytes) -> bytes:
    text = content.decode(errors="ignore") + rng.choice(["", "\u00e9\n"])
    return text.encode(rng.choice(_ENCODINGS), errors="replace")


def marked(rng: random.Random, content: bytes) -> bytes:
    return rng.choice([b"\xef\xbb\xbf", b"\xef\xbb\xbf" * 2, b"\xff\xfe", b"\0"]) + content


def mixed_line_ends(rng: random.Random, content: bytes) -> bytes:
    ends = rng.choice(
        [[b"\r\n", b"\n"], [b"\r"], [b"\r\n"], [b"\n\r"], [b"\n\n", b"\n"], [b"\0\n"]]
    )
    return b"".join(line + rng.choice(ends) for line in content.splitlines())


def stray_bytes(rng: random.Random, content: bytes) -> bytes:
    for _ in range(rng.randint(1, 3)):
        i = rng.randint(0, len(content))
        stray = rng.choice([b'"', b'"', b",", b"\0", b"\n", b"\r", b"\x1a", b"\xe9", b"\\", b"}"])
        content = content[:i] + stray + content[i:]
    return content


def noise(rng: random.Random, content: bytes) -> bytes:
    return rng.choice([b"", b" ", b"\n\n", rng.randbytes(500), b"\0" * 999, b"PK\3\4" + content])


def twice(rng: random.Random, content: bytes) -> bytes:
    return content + content


_BYTE_CHANGES = [
    truncated, beheaded, flipped, other_encoding, marked, mixed_line_ends, stray_bytes, stray_bytes,
    noise, twice,
]  # fmt: skip


def ended_with_rubbish(rng: random.Random, content: bytes) -> bytes:
    return content + rng.choice([b"\0" * 9, b"rubbish", rng.randbytes(20)])


_PACKED_CHANGES = [truncated, beheaded, flipped, flipped, noise, twice, ended_with_rubbish]
