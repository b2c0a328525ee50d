"""Pseudonyms, and that nothing personal is stored."""

import hmac
import json

import duckdb
import pytest

from orchestration.ingest import casts
from orchestration.ingest.duck import connect
from orchestration.ingest.reasons import reason_of
from tests.ingest.conftest import KEY


@pytest.mark.parametrize("key", ["k", KEY, "ключ", "x" * 64, "y" * 65, "z" * 300, "it's"])
@pytest.mark.parametrize("person", ["ann", "Zoë", "1001", "it's", "p" * 200])
def test_the_pseudonym_is_hmac_sha256(make_house, key, person):
    connection = connect(make_house().settings)
    casts.install(connection, [key])
    [(pseudonym,)] = connection.execute("SELECT pseudonym(?)", [person]).fetchall()
    assert pseudonym == hmac.digest(key.encode(), person.encode(), "sha256").hex()


def test_person_ids_are_replaced_and_empty_ones_are_null(make_house):
    house = make_house("work_items")
    house.land(
        "work_items/a.csv",
        "work_item_id,workflow_id,opened_at,updated_at,status,handled_by,worker_id\n"
        "w1,f,2026-01-01,2026-01-01,open,human,person-4711\n"
        "w2,f,2026-01-01,2026-01-01,open,agent,\n"
        "w3,f,2026-01-01,2026-01-01,open,human, person-4711 \n",
    )
    house.night()
    expected = hmac.digest(KEY.encode(), b"person-4711", "sha256").hex()
    assert house.query("select worker_key from raw.work_items order by work_item_id") == [
        (expected,),
        (None,),
        (expected,),
    ]
    stored = [
        path
        for path in house.settings.data.rglob("*")
        if path.is_file() and house.settings.landing not in path.parents
    ]
    assert stored
    for path in stored:
        assert b"person-4711" not in path.read_bytes(), path
        assert KEY.encode() not in path.read_bytes(), path


def test_the_same_person_has_one_pseudonym_in_every_feed(make_house):
    house = make_house("timesheets", "agent_reviews")
    house.land("timesheets/a.csv", "worker_id,work_date,activity,hours\np,2026-01-02,review,1\n")
    house.land(
        "agent_reviews/a.csv",
        "review_id,work_item_id,agent_id,reviewer_id,reviewed_at,selection,verdict\n"
        "r,w,a,p,2026-01-02,random,accept\n",
    )
    house.night()
    assert house.query(
        "select count(*) from raw.timesheets join raw.agent_reviews on worker_key = reviewer_key"
    ) == [(1,)]


@pytest.mark.parametrize(
    "message",
    [
        'Malformed JSON at byte 0.  Input: "ann@example.org"',
        "Could not convert string 'ann's ann@example.org' to INT32",
        'CSV Error on Line: 3\nOriginal Line: ann@example.org,"x"',
        "Couldn't read \"it's\nann@example.org\" at all",
    ],
)
def test_the_reason_of_a_refusal_never_quotes_content(message):
    reason = reason_of(duckdb.InvalidInputException(message))
    assert "example.org" not in reason
    assert "\n" not in reason
    assert reason.startswith(f"it cannot be read: {message[:5]}")


def test_of_features_only_numbers_are_stored(make_house):
    house = make_house("predictions")
    head = "prediction_id,model_id,predicted_at,task,score,features\n"
    features = '"{""age"": 40, ""who"": ""ann@example.com"", ""far"": 1.5, ""old"": true}"'
    rows = [
        f"p1,m,2026-01-02,classification,0.5,{features}\n",
        f"p2,m,2026-01-02,classification,high,{features}\n",
        'p3,m,2026-01-02,classification,0.5,"{""who"": ""ann@example.com""}"\n',
        "p4,m,2026-01-02,classification,0.5,ann@example.com\n",
    ]
    fine = [f"q{i},m,2026-01-02,classification,0.5,\n" for i in range(300)]
    house.land("predictions/a.csv", head + "".join(rows + fine))
    house.night()
    assert house.query(
        "select prediction_id, features from raw.predictions where prediction_id < 'q' order by 1"
    ) == [("p1", '{"age":40,"far":1.5}'), ("p3", None)]
    rejects = house.query("select column_name, reason, record from raw.rejects order by _row")
    assert [reject[:2] for reject in rejects] == [
        ("score", "not a double"),
        ("features", "not a JSON object"),
    ]
    assert "example.com" not in str(rejects)


def test_an_object_where_a_text_belongs_is_not_stored(make_house):
    house = make_house("langfuse")
    said = {"messages": ["ann@example.com"]}
    line = {"id": "t", "timestamp": "2026-01-02T00:00:00Z"}
    lines = [
        line | {"id": "a", "metadata": {"agent_id": said}},
        line | {"id": "b", "usageDetails": {"input": said}},
        *(line | {"id": f"t{i}", "metadata": {"agent_id": "[a]"}} for i in range(300)),
    ]
    house.land("langfuse/a.jsonl", "".join(f"{json.dumps(line)}\n" for line in lines))
    house.night()
    assert house.query("select distinct agent_id from raw.langfuse") == [("[a]",)]
    rejects = house.query("select column_name, reason, record from raw.rejects order by _row")
    assert [reject[:2] for reject in rejects] == [
        ("metadata.agent_id", "an object or a list, not a text"),
        ("usageDetails.input", "not a bigint"),
    ]
    assert "example.com" not in str(rejects)


def test_of_features_only_finite_numbers_are_stored(make_house):
    house = make_house("predictions")
    features = '"{""a"": 1, ""b"": NaN, ""c"": -Infinity, ""d"": 1e999, ""e"": nan}"'
    head = "prediction_id,model_id,predicted_at,task,features\n"
    house.land("predictions/a.csv", f"{head}p1,m,2026-01-02,regression,{features}\n")
    house.night()
    assert house.query("select features from raw.predictions") == [('{"a":1}',)]
