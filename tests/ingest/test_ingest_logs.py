"""OTLP logs: events with their attributes, and nothing of their bodies."""

import json

import pytest

from tests.ingest.conftest import attribute, lines


def log_request(*records, resource=()):
    """An OTLP logs request of one resource and scope."""
    return {
        "resourceLogs": [
            {
                "resource": {"attributes": list(resource)},
                "scopeLogs": [{"logRecords": list(records)}],
            }
        ]
    }


def record(name=None, *attributes, **fields):
    """A log record at one moment; None leaves a field out."""
    whole = {
        "timeUnixNano": "1767225600000000000",
        "eventName": name,
        "body": {"stringValue": "a secret text"},
        "attributes": list(attributes),
    } | fields
    return {key: value for key, value in whole.items() if value is not None}


@pytest.fixture
def load(make_house):
    def loaded(*requests):
        house = make_house("otlp_logs")
        house.land("otlp_logs/a.jsonl", lines(*requests))
        house.night()
        return house

    return loaded


def test_an_evaluation_becomes_a_row_without_its_texts(load):
    house = load(
        log_request(
            record(
                "gen_ai.evaluation.result",
                attribute("gen_ai.evaluation.name", stringValue="relevance"),
                attribute("gen_ai.evaluation.score.value", doubleValue=0.8),
                attribute("gen_ai.evaluation.score.label", stringValue="relevant"),
                attribute("gen_ai.evaluation.explanation", stringValue="a secret reason"),
                traceId="5B8EFFF798038103D269B633813FC60C",
                spanId="EEE19B7EC3C1B174",
            )
        )
    )
    assert house.query(
        "select trace_id, span_id, occurred_at::text, event_name, evaluation_name, score_value,"
        " score_label from raw.otlp_logs"
    ) == [
        (
            "5b8efff798038103d269b633813fc60c",
            "eee19b7ec3c1b174",
            "2026-01-01 00:00:00",
            "gen_ai.evaluation.result",
            "relevance",
            0.8,
            "relevant",
        )
    ]
    files = [p for p in house.settings.lake.rglob("*") if p.is_file()]
    assert not any(b"secret" in path.read_bytes() for path in files)
    [(undeclared,)] = house.query("select undeclared from raw.files")
    assert json.loads(undeclared) == {"gen_ai.evaluation.explanation": 1}


def test_an_assistants_request_names_its_event_in_an_attribute(load):
    house = load(
        log_request(
            record(
                None,
                attribute("event.name", stringValue="api_request"),
                attribute("user.id", stringValue="ann"),
                attribute("user.email", stringValue="ann@secret.example.org"),
                attribute("model", stringValue="claude"),
                attribute("cost_usd", stringValue="0.0125"),
                attribute("input_tokens", intValue="12"),
                attribute("cache_read_tokens", stringValue="30"),
                timeUnixNano="0",
                observedTimeUnixNano="1767225601000000000",
            ),
            resource=[attribute("service.name", stringValue="claude-code")],
        )
    )
    assert house.query(
        "select occurred_at::text, event_name, service_name, cost_usd::text, input_tokens,"
        " cache_read_tokens, length(person_key) from raw.otlp_logs"
    ) == [("2026-01-01 00:00:01", "api_request", "claude-code", "0.012500000000", 12, 30, 64)]
    files = [p for p in house.settings.lake.rglob("*") if p.is_file()]
    assert not any(b"secret" in path.read_bytes() for path in files)


def test_traces_among_the_logs_are_refused(load):
    house = load({"resourceSpans": []})
    assert "1 of 1 rows are rejected" in house.only_refusal().reason
