"""JSON: pages of vendors' reports, and lines of an export."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from orchestration.ingest import DeclarationError, load_feeds


def page(*buckets):
    return {"object": "page", "data": list(buckets), "has_more": False, "next_page": None}


def openai(start, *results):
    return {"object": "bucket", "start_time": start, "end_time": start + 86400,
            "results": list(results)}  # fmt: skip


def openai_cost(value, **dimensions):
    return {"object": "organization.costs.result", "amount": {"value": value, "currency": "usd"},
            "line_item": None, "project_id": None} | dimensions  # fmt: skip


def anthropic(day, *results):
    return {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{day}T23:59:59Z",
            "results": list(results)}  # fmt: skip


@pytest.fixture
def load(make_house, feeds):
    def loaded(feed, content, name="a.json", **changes):
        house = make_house(**{feed: replace(feeds[feed], **changes)})
        text = content if isinstance(content, str) else json.dumps(content)
        house.land(f"{feed}/{name}", text)
        house.night()
        return house

    return loaded


def test_openai_costs_are_whole_units_at_epoch_seconds(load):
    content = page(
        openai(1767225600, openai_cost(0.06, project_id="p1", line_item="gpt-4o, input"),
               openai_cost(1.25, project_id="p2", quantity=3)),
        openai(1767312000),
        openai(1767398400, openai_cost("2", project_id="p1")),
    )  # fmt: skip
    house = load("openai_costs", content)
    assert house.query(
        "select started_at::text, project_id, line_item, amount, currency, quantity, _row"
        " from raw.openai_costs order by _row"
    ) == [
        ("2026-01-01 00:00:00", "p1", "gpt-4o, input", Decimal("0.06"), "usd", None, 1),
        ("2026-01-01 00:00:00", "p2", None, Decimal("1.25"), "usd", Decimal(3), 2),
        ("2026-01-03 00:00:00", "p1", None, Decimal(2), "usd", None, 3),
    ]


def test_openai_usage_keeps_no_user_id(load):
    result = {"input_tokens": 120, "input_cached_tokens": 100, "output_tokens": 7,
              "num_model_requests": 2, "project_id": "p1", "user_id": "user-ann", "model": "m",
              "batch": False, "input_audio_tokens": 3}  # fmt: skip
    house = load("openai_usage", page(openai(1767225600, result)))
    assert house.query(
        "select input_tokens, input_cached_tokens, output_tokens, batch, length(user_key)"
        " from raw.openai_usage"
    ) == [(120, 100, 7, False, 64)]
    files = [p for p in house.settings.lake.rglob("*") if p.is_file()]
    assert not any(b"user-ann" in path.read_bytes() for path in files)
    [(undeclared,)] = house.query("select undeclared from raw.files")
    assert json.loads(undeclared) == {"input_audio_tokens": 1}


def test_anthropic_costs_are_cents(load):
    amounts = ["123.78912", "100", ".5", "-250"]
    results = [
        {"amount": amount, "currency": "USD", "description": f"d{i}", "workspace_id": None}
        for i, amount in enumerate(amounts)
    ]
    house = load("anthropic_costs", page(anthropic("2026-01-05", *results)))
    assert house.query(
        "select started_at::text, amount, workspace_id from raw.anthropic_costs order by _row"
    ) == [
        ("2026-01-05 00:00:00", Decimal(told), None) for told in ("1.2378912", "1", "0.005", "-2.5")
    ]


def test_anthropic_usage_leads_into_objects(load):
    result = {"uncached_input_tokens": 10, "cache_read_input_tokens": 30, "output_tokens": 5,
              "cache_creation": {"ephemeral_1h_input_tokens": 1, "ephemeral_5m_input_tokens": 2},
              "server_tool_use": {"web_search_requests": 4, "code_runs": 1}, "model": "m",
              "workspace_id": "w", "service_tier": "standard"}  # fmt: skip
    house = load("anthropic_usage", page(anthropic("2026-01-05", result)))
    assert house.query(
        "select uncached_input_tokens, cache_creation_1h_tokens, cache_creation_5m_tokens,"
        " cache_read_input_tokens, output_tokens, web_search_requests from raw.anthropic_usage"
    ) == [(10, 1, 2, 30, 5, 4)]
    [(undeclared,)] = house.query("select undeclared from raw.files")
    assert json.loads(undeclared) == {"server_tool_use.code_runs": 1}


def test_several_pages_a_file_one_a_line_or_one_over_many_lines(load):
    first = page(openai(1767225600, openai_cost(1)))
    second = page(openai(1767312000, openai_cost(2)))
    lines = load("openai_costs", json.dumps(first) + "\n" + json.dumps(second) + "\n")
    assert lines.query("select amount from raw.openai_costs order by _row") == [(1,), (2,)]
    lines.land("openai_costs/b.json", json.dumps(first | {"has_more": True}, indent=2))
    lines.night()
    assert lines.query("select count(*) from raw.openai_costs") == [(3,)]


def test_a_bucket_of_many_results_takes_no_more_memory_than_it_is_long(load):
    results = [openai_cost(i, line_item=f"l{i}") for i in range(10_000)]
    house = load("openai_costs", page(openai(1767225600, *results)))
    assert house.query("select count(*), sum(amount) from raw.openai_costs") == [
        (10_000, sum(range(10_000)))
    ]


def test_the_later_result_of_a_key_wins_within_a_file(load):
    content = page(
        openai(1767225600, openai_cost(1), openai_cost(2), openai_cost(3, line_item="x"))
    )
    house = load("openai_costs", content)
    assert house.query("select amount from raw.openai_costs order by _row") == [(2,), (3,)]


@pytest.mark.parametrize(
    "content",
    [
        '{"data": ',
        "[]",
        '{"error": {"message": "a secret"}}',
        '{"data": {"results": []}}',
        '{"data": [{"start_time": 1767225600}]}',
        '{"data": [null]}',
        '{"data": [{"start_time": 1767225600, "results": [5]}]}',
    ],
)
def test_what_is_no_page_is_rejected_and_not_read_as_nothing(load, content):
    house = load("openai_costs", content + "\n" + json.dumps(page()), reject_limit=1)
    assert house.query("select column_name, reason from raw.rejects") == [(None, "unreadable line")]
    assert house.query("select count(*) from raw.openai_costs") == [(0,)]
    assert house.query("select rows_read, rows_rejected from raw.files") == [(1, 1)]


def test_a_result_without_amount_is_rejected_with_its_place(load):
    good, bad = openai_cost(1), openai_cost(2, line_item="x") | {"amount": {"currency": "usd"}}
    house = load("openai_costs", page(openai(1767225600, good, bad)), reject_limit=0.9)
    assert house.query("select _row, column_name, reason from raw.rejects") == [
        (2, "data.results.amount.value", "required but missing")
    ]


def test_langfuse_lines_become_rows_without_their_texts(load):
    trace = {"id": "T1", "timestamp": "2026-01-05T10:00:00.250Z", "name": "answer",
             "userId": "ann@example.org", "input": "a secret prompt", "output": "a secret answer",
             "metadata": {"agent_id": "helper", "note": "a secret note"}}  # fmt: skip
    observation = {"id": "O1", "traceId": "T1", "type": "GENERATION", "name": "llm",
                   "startTime": "2026-01-05T10:00:01Z", "endTime": "2026-01-05T10:00:03Z",
                   "model": "m", "usageDetails": {"input": 5, "cache_read_input_tokens": 20,
                   "output": 3, "total": 28}, "level": "ERROR",
                   "statusMessage": "a secret message"}  # fmt: skip
    score = {"id": "S1", "traceId": "T1", "observationId": "O1", "name": "helpfulness",
             "value": 0.75, "dataType": "NUMERIC", "source": "EVAL", "comment": "a secret",
             "timestamp": "2026-01-05T11:00:00Z"}  # fmt: skip
    verdict = {"id": "S2", "traceId": "T1", "name": "tone", "stringValue": "kind",
               "dataType": "CATEGORICAL", "source": "API",
               "timestamp": "2026-01-05T11:00:00Z"}  # fmt: skip
    correction = verdict | {"id": "S3", "dataType": "CORRECTION", "stringValue": "a secret answer",
                            "value": "a secret answer"}  # fmt: skip
    told = (trace, observation, score, verdict, correction)
    lines = "".join(json.dumps(line) + "\n" for line in told)
    house = load("langfuse", lines, "a.jsonl")
    assert house.query(
        "select trace_id, id, type, told_at::text, agent_id, input_tokens, cached_input_tokens,"
        " level, score_value, length(person_key), _row from raw.langfuse order by _row"
    ) == [
        ("T1", "T1", None, "2026-01-05 10:00:00.25", "helper", None, None, None, None, 64, 1),
        ("T1", "O1", "GENERATION", "2026-01-05 10:00:01", None, 5, 20, "ERROR", None, None, 2),
        ("T1", "S1", None, "2026-01-05 11:00:00", None, None, None, None, 0.75, None, 3),
        ("T1", "S2", None, "2026-01-05 11:00:00", None, None, None, None, None, None, 4),
        ("T1", "S3", None, "2026-01-05 11:00:00", None, None, None, None, None, None, 5),
    ]
    assert house.query("select name, score_label from raw.langfuse order by _row") == [
        (None, None),
        (None, None),
        ("helpfulness", None),
        ("tone", "kind"),
        (None, None),
    ]
    [(undeclared,)] = house.query("select undeclared from raw.files")
    assert {"input", "output", "statusMessage", "comment", "metadata.note"} <= set(
        json.loads(undeclared)
    )
    files = [p for p in house.settings.data.rglob("*") if p.is_file() and "landing" not in p.parts]
    assert not any(b"secret" in p.read_bytes() or b"example.org" in p.read_bytes() for p in files)


def test_a_column_of_a_document_must_say_where_it_comes_from():
    column = {"name": "amount", "data_type": "double"}
    table = {
        "name": "bills",
        "source_name": "raw",
        "columns": {"amount": column},
        "config": {"meta": {"feed": {"glob": "*.json", "reader": "json"}}},
    }
    with pytest.raises(DeclarationError, match=r"raw.bills: \['amount'\] need a field"):
        load_feeds({"sources": {"bills": table}})
