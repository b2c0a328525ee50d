"""Real files that nobody here wrote, where they are at hand."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no samples at {SAMPLES}")


def test_the_focus_sample_loads_to_its_exact_sums(make_house):
    house = make_house("focus")
    house.land("focus/focus_1_0_sample.csv", (SAMPLES / "focus/focus_1_0_sample.csv").read_bytes())
    house.night()
    assert house.query("select count(*), sum(billed_cost), sum(effective_cost) from raw.focus") == [
        (1000, Decimal("20.52022672899"), Decimal("14.97651418586"))
    ]
    assert house.query("select provider_name, count(*) from raw.focus group by 1 order by 2") == [
        ("Oracle", 7),
        ("Microsoft", 51),
        ("AWS", 942),
    ]


def test_the_otlp_sample_loads_as_one_span(make_house):
    house = make_house("otlp_traces")
    house.land("otlp_traces/trace.json", (SAMPLES / "otlp/trace.json").read_bytes())
    house.night()
    assert house.query("select span_id, kind, service_name from raw.otlp_traces") == [
        ("eee19b7ec3c1b174", 2, "my.service")
    ]


@pytest.mark.parametrize("name", ["LANGCHAIN_trace.json", "OPENAI_trace.json"])
def test_traces_that_are_no_otlp_are_refused(make_house, name):
    house = make_house("otlp_traces")
    house.land(f"otlp_traces/{name}", (SAMPLES / "any_agent" / name).read_bytes())
    house.night()
    assert "1 of 1 rows are rejected" in house.only_refusal().reason


@pytest.mark.parametrize(
    ("name", "event"), [("events.json", "browser.page_view"), ("logs.json", None)]
)
def test_the_otlp_log_samples_load_without_their_bodies(make_house, name, event):
    house = make_house("otlp_logs")
    house.land(f"otlp_logs/{name}", (SAMPLES / "otlp" / name).read_bytes())
    house.night()
    assert house.query("select event_name, occurred_at::text from raw.otlp_logs") == [
        (event, "2018-12-13 14:51:00.3")
    ]
    files = [p for p in house.settings.lake.rglob("*") if p.is_file()]
    assert not any(b"guidgenerator" in p.read_bytes() for p in files)


def test_the_workday_sample_with_a_negative_pay_is_refused(make_house):
    house = make_house("workday_workers")
    house.land(
        "workday_workers/worker_history.csv", (SAMPLES / "workday/worker_history.csv").read_bytes()
    )
    house.night()
    assert house.only_refusal().reason == (
        "1 of 7 rows are rejected, above the limit of 1.00%; "
        "the first: row 3: annual_summary_total_salary_and_allowances: below 0"
    )


def test_the_workday_samples_load_but_for_the_negative_pay(make_house, feeds):
    house = make_house(
        "workday_positions", workday_workers=replace(feeds["workday_workers"], reject_limit=0.2)
    )
    for table, feed in (("worker", "workday_workers"), ("worker_position", "workday_positions")):
        house.land(f"{feed}/a.csv", (SAMPLES / f"workday/{table}_history.csv").read_bytes())
    house.night()
    assert house.query("select column_name, reason from raw.rejects") == [
        ("annual_summary_total_salary_and_allowances", "below 0")
    ]
    assert house.query("select count(*), count(valid_to) from raw.workday_workers") == [(6, 1)]
    assert house.query(
        "select count(*), count(valid_to), min(fte_percent) from raw.workday_positions"
    ) == [(7, 1, 100)]
