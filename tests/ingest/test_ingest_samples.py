"""Real files that nobody here wrote, where they are at hand."""

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
