"""OTLP traces: nesting, attributes, values of every kind, broken lines."""

import gzip
import hashlib
import json
from dataclasses import replace

import pyarrow as pa
import pytest

from tests.ingest.conftest import attribute, lines, request, span


@pytest.fixture
def house(make_house, feeds):
    return make_house(otlp_traces=replace(feeds["otlp_traces"], reject_limit=0.9))


def load(house, content, name="a.jsonl"):
    house.land(f"otlp_traces/{name}", content)
    house.night()


def test_a_span_becomes_a_row(house):
    load(
        house,
        lines(
            request(
                span(
                    parentSpanId="EEE19B7EC3C1B173",
                    kind=3,
                    status={"code": 2, "message": "a secret message"},
                    attributes=[
                        attribute("gen_ai.operation.name", stringValue="chat"),
                        attribute("gen_ai.system", stringValue="openai"),
                        attribute("gen_ai.usage.input_tokens", intValue="120"),
                        attribute("gen_ai.usage.output_tokens", intValue=7),
                        attribute("gen_ai.usage.cache_read.input_tokens", doubleValue=3.0),
                        attribute("agent.handoff", boolValue=True),
                        attribute("person.id", stringValue="ann"),
                    ],
                ),
                resource=[attribute("service.name", stringValue="svc")],
            )
        ),
    )
    [row] = house.query(
        "select trace_id, span_id, parent_span_id, kind, started_at::text, ended_at::text, "
        "status_code, operation_name, provider_name, input_tokens, output_tokens, "
        "cached_input_tokens, is_handoff, service_name, agent_id, _row from raw.otlp_traces"
    )
    assert row == (
        "5b8efff798038103d269b633813fc60c",
        "eee19b7ec3c1b174",
        "eee19b7ec3c1b173",
        3,
        "2026-01-01 00:00:00",
        "2026-01-01 00:00:01",
        "ERROR",
        "chat",
        "openai",
        120,
        7,
        3,
        True,
        "svc",
        None,
        1,
    )
    assert house.query("select length(person_key) from raw.otlp_traces") == [(64,)]
    files = [p for p in house.settings.lake.rglob("*") if p.is_file()]
    assert not any(b"secret" in path.read_bytes() for path in files)


def test_several_resources_and_scopes_a_line(house):
    def resource(service, *scopes):
        return {
            "resource": {"attributes": [attribute("service.name", stringValue=service)]},
            "scopeSpans": [{"spans": list(spans)} for spans in scopes],
        }

    one = {
        "resourceSpans": [
            resource("a", [span(spanId="01"), span(spanId="02")], [span(spanId="03")]),
            resource("b", [span(spanId="04")], []),
        ]
    }
    load(house, lines(one, request(span(spanId="05"))))
    assert house.query("select service_name, span_id, _row from raw.otlp_traces order by 2") == [
        ("a", "01", 1),
        ("a", "02", 1),
        ("a", "03", 1),
        ("b", "04", 1),
        (None, "05", 2),
    ]


def test_span_attributes_go_before_resource_attributes_and_names_in_order(house):
    load(
        house,
        lines(
            request(
                span(
                    spanId="01",
                    attributes=[
                        attribute("gen_ai.system", stringValue="old"),
                        attribute("gen_ai.provider.name", stringValue="new"),
                        attribute("team.id", stringValue="span's"),
                    ],
                ),
                span(spanId="02"),
                resource=[
                    attribute("team.id", stringValue="resource's"),
                    attribute("gen_ai.system", stringValue="resource's"),
                ],
            )
        ),
    )
    assert house.query("select provider_name, team_id from raw.otlp_traces order by span_id") == [
        ("new", "span's"),
        ("resource's", "resource's"),
    ]


def test_a_list_or_an_object_is_no_text(house):
    listed = {"values": [{"stringValue": "x"}, {"intValue": "1"}]}
    nested = {"values": [{"key": "k", "value": {"stringValue": "v"}}]}
    spans = [
        span(spanId="01", attributes=[attribute("gen_ai.tool.name", arrayValue=listed)]),
        span(spanId="02", attributes=[attribute("team.id", kvlistValue=nested)]),
        span(
            spanId="03",
            attributes=[attribute("workflow.id"), attribute("work_item.id", stringValue="")],
        ),
    ]
    load(house, lines(request(*spans)))
    assert house.query("select span_id, workflow_id, work_item_id from raw.otlp_traces") == [
        ("03", None, None)
    ]
    rejects = house.query("select column_name, reason, record from raw.rejects order by 1")
    reason = "an object or a list, not a text"
    assert [told[:2] for told in rejects] == [("gen_ai.tool.name", reason), ("team.id", reason)]
    assert "Value" not in str(rejects)


def test_undeclared_attributes_are_counted_by_name_alone(house):
    prompt = [attribute("gen_ai.prompt", stringValue="tell me a secret")]
    load(
        house,
        lines(
            request(
                span(spanId="01", attributes=prompt),
                span(spanId="02", attributes=prompt),
                resource=[attribute("host.name", stringValue="secret.example.org")],
            )
        ),
    )
    [(undeclared,)] = house.query("select undeclared from raw.files")
    assert json.loads(undeclared) == {"gen_ai.prompt": 2, "host.name": 2}
    files = [p for p in house.settings.lake.rglob("*") if p.is_file()]
    assert not any(b"secret" in path.read_bytes() for path in files)


def test_broken_lines_are_rejected_by_position_and_hash(house):
    good = lines(request(span()))
    broken = ['{"resourceSpans": [', '{"spans": []}', "[1]", '{"resourceSpans": {"a": 1}}',
              '{"resourceSpans": [{"scopeSpans": {"spans": []}}]}']  # fmt: skip
    content = good + "\n".join(broken) + "\n\n" + good
    load(house, content.encode() + b'{"resourceSpans": "\xff"}\n{}\n')
    assert house.query("select _row from raw.otlp_traces order by 1") == [(1,), (8,)]
    rejects = house.query("select _row, column_name, reason, record from raw.rejects order by 1")
    assert [row[:3] for row in rejects] == [
        (row, None, "unreadable line") for row in (2, 3, 4, 5, 6, 9)
    ]
    assert json.loads(rejects[0][3]) == {"sha256": hashlib.sha256(broken[0].encode()).hexdigest()}
    assert house.query("select rows_read, rows_loaded, rows_rejected from raw.files") == [(8, 2, 6)]


@pytest.mark.parametrize(
    ("fields", "column", "reason"),
    [
        ({"traceId": None}, "traceId", "required but missing"),
        ({"spanId": ""}, "spanId", "required but missing"),
        ({"spanId": "0000000000000000"}, "spanId", "required but missing"),
        ({"traceId": "xyz"}, "traceId", "not hexadecimal"),
        ({"startTimeUnixNano": None}, "startTimeUnixNano", "required but missing"),
        (
            {"endTimeUnixNano": "0"},
            "endTimeUnixNano",
            "not a timestamp of the years 1900 to 2200",
        ),
        (
            {"attributes": [attribute("gen_ai.usage.input_tokens", stringValue="many")]},
            "gen_ai.usage.input_tokens",
            "not a bigint",
        ),
    ],
)
def test_a_span_without_identity_or_time_is_rejected(house, fields, column, reason):
    load(house, lines(request(span(), span(**fields))))
    assert house.query("select _row, column_name, reason from raw.rejects") == [(1, column, reason)]
    assert house.query("select count(*) from raw.otlp_traces") == [(1,)]


def test_numbers_as_numbers_and_names_as_names(house):
    load(
        house,
        lines(
            request(
                span(
                    startTimeUnixNano=1767225600123456789,
                    endTimeUnixNano=1767225601000000000,
                    kind="SPAN_KIND_SERVER",
                    status={"code": "STATUS_CODE_OK"},
                    parentSpanId="0000000000000000",
                )
            )
        ),
    )
    assert house.query(
        "select started_at::text, kind, status_code, parent_span_id from raw.otlp_traces"
    ) == [("2026-01-01 00:00:00.123456", 2, "OK", None)]


@pytest.mark.parametrize("packing", ["plain", "gz", "zst"])
def test_one_document_over_many_lines_is_one_request(house, packing):
    content = b"\xef\xbb\xbf" + json.dumps(request(span(name="Zoë")), indent=2).encode()
    if packing == "gz":
        load(house, gzip.compress(content), "a.json.gz")
    elif packing == "zst":
        load(house, pa.compress(content, "zstd", asbytes=True), "a.json.zst")
    else:
        load(house, content, "a.json")
    assert house.query("select name, _row from raw.otlp_traces") == [("Zoë", 1)]


def test_retries_are_kept_and_lines_may_end_anyhow(house):
    text = lines(request(span()), request(span())).replace("\n", "\r\n").rstrip()
    load(house, text)
    assert house.query("select _row from raw.otlp_traces order by 1") == [(1,), (2,)]


def test_many_files_in_one_statement_keep_their_own_accounts(house):
    for i in range(30):
        house.land(f"otlp_traces/{i:02d}.jsonl", lines(*[request(span(spanId=f"{i + 1:x}"))] * i))
    house.land("otlp_traces/broken.jsonl", "nonsense\n")
    house.land("otlp_traces/cut.jsonl.gz", gzip.compress(lines(request(span())).encode())[:40])
    house.night()
    assert {refusal.file for refusal in house.staging.refusals} == {
        "otlp_traces/broken.jsonl",
        "otlp_traces/cut.jsonl.gz",
    }
    counts = house.query("select file, rows_loaded from raw.files where status = 'loaded'")
    assert dict(counts) == {f"otlp_traces/{i:02d}.jsonl": i for i in range(30)}
    found = house.query(
        "select _file, count(*), min(_row), max(_row) from raw.otlp_traces group by 1"
    )
    assert {file: rest for file, *rest in found} == {
        f"otlp_traces/{i:02d}.jsonl": [i, 1, i] for i in range(1, 30)
    }


def test_lines_longer_than_a_block_are_read(house, monkeypatch):
    from orchestration.ingest import lines as landed

    monkeypatch.setattr(landed, "BLOCK_BYTES", 64)
    load(house, lines(*[request(span(spanId=f"{i:x}")) for i in range(1, 6)]))
    assert house.query("select span_id, _row from raw.otlp_traces order by 2") == [
        (f"{i:x}", i) for i in range(1, 6)
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"attributes": [{"key": "team.id", "value": "ann@example.org"}]},
        {"attributes": [{"key": "team.id", "value": ["t1"]}]},
        {"attributes": ["team.id"]},
        {"attributes": -1},
        {"status": "ERROR"},
        {"status": [2]},
    ],
)
def test_what_has_another_shape_than_otlp_is_rejected_and_not_read_as_nothing(house, fields):
    load(house, lines(request(span()), request(span(**fields))))
    rejects = house.query("select _row, reason, record from raw.rejects")
    assert [row[:2] for row in rejects] == [(2, "unreadable line")]
    assert list(json.loads(rejects[0][2])) == ["sha256"]
    assert house.query("select count(*) from raw.otlp_traces") == [(1,)]


@pytest.mark.parametrize(
    "content",
    ["[null]", "[5]", '[{"scopeSpans": [null]}]', '[{"scopeSpans": [{"spans": [null]}]}]',
     '[{"scopeSpans": [{"spans": -1}]}]', '[{"resource": []}]'],
)  # fmt: skip
def test_a_place_without_an_object_is_one_reject(house, content):
    load(house, lines(request(span())) + f'{{"resourceSpans": {content}}}\n')
    assert house.query("select rows_read, rows_loaded, rows_rejected from raw.files") == [(2, 1, 1)]


def test_empty_lists_hold_no_rows(house):
    load(house, lines({"resourceSpans": []}, {"resourceSpans": [{}]}, request()))
    assert house.query("select rows_read, rows_rejected from raw.files") == [(0, 0)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jsonl", lines(request(span())).encode("utf-16"), "it is UTF-16; write UTF-8"),
        ("a.jsonl.gz", b"{}\n", "it cannot be read: zlib inflate failed: incorrect header check"),
        (
            "a.json",
            b'{\n"x": ' + b"[" * 5000 + b"]" * 5000 + b"}\n",
            "2 of 2 rows are rejected, above the limit of 90.00%; the first: row 1: unreadable "
            "line",
        ),
    ],
)
def test_an_unusable_file_is_refused_alone_and_in_plain_words(house, name, content, reason):
    house.land(f"otlp_traces/{name}", content)
    load(house, lines(request(span())), "good.jsonl")
    assert house.only_refusal().reason == reason
    assert house.query("select count(*) from raw.otlp_traces") == [(1,)]


def test_a_line_too_long_to_hold_refuses_the_file(house, monkeypatch):
    from orchestration.ingest import lines as landed

    monkeypatch.setattr(landed, "BLOCK_BYTES", 1 << 10)
    monkeypatch.setattr(landed, "LINE_BYTES", 1 << 20)
    house.land("otlp_traces/a.jsonl", lines(request(span())).encode() + b" " * (2 << 20))
    load(house, lines(request(span())), "good.jsonl")
    assert house.only_refusal().reason == "line 2 is longer than 1 MB"
    assert house.query("select count(*) from raw.otlp_traces") == [(1,)]
